TITLE AMPA and NMDA synapse with random release and short-term plasticity

COMMENT
Each connection has release sites that hold one vesicle or none. At a spike every vesicle is released with a probability
that facilitation increases; an empty site gets a new vesicle after a random time with an exponential distribution. The
mean over many spikes is that of the model of Tsodyks & Markram, Proc. Natl. Acad. Sci. USA 94:719-723 (1997),
doi:10.1073/pnas.94.2.719. Random release: Fuhrmann, Segev, Markram & Tsodyks, J. Neurophysiol. 87:140-148 (2002),
doi:10.1152/jn.00258.2001. Magnesium block: Jahr & Stevens, J. Neurosci. 10:3178-3182 (1990),
doi:10.1523/JNEUROSCI.10-09-03178.1990.

Random numbers are drawn from the instance's stream release.
ENDCOMMENT

NEURON {
  POINT_PROCESS ProbAmpaNmda
  NONSPECIFIC_CURRENT i
  RANGE ampa_rise, ampa_decay, nmda_rise, nmda_decay, nmda_ratio, e, mg
  RANGE use, tau_rec, tau_facil, sites
  RANGE i, g_ampa, g_nmda, released
  RANDOM release
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (nA) = (nanoamp)
  (uS) = (microsiemens)
  (molar) = (1/liter)
  (mM) = (millimolar)
}

PARAMETER {
  ampa_rise = 0.2 (ms)  : time constant of the rise of AMPA, shorter than its decay
  ampa_decay = 1.7 (ms) : time constant of the decay of AMPA
  nmda_rise = 0.3 (ms)  : time constant of the rise of NMDA, shorter than its decay
  nmda_decay = 43 (ms)  : time constant of the decay of NMDA
  nmda_ratio = 0.7      : peak of NMDA without block, relative to AMPA
  e = 0 (mV)            : reversal potential
  mg = 1 (mM)           : concentration of magnesium outside the cell
  use = 0.5             : probability of release at rest
  tau_rec = 670 (ms)    : time constant of the recovery of a site
  tau_facil = 17 (ms)   : time constant of facilitation, 0 for none
  sites = 1             : number of release sites of a connection, at least 1
}

ASSIGNED {
  v (mV)
  i (nA)      : current
  g_ampa (uS) : conductance of AMPA
  g_nmda (uS) : conductance of NMDA, with the block
  released    : number of vesicles that the last spike released
  ampa_scale  : factor that makes the peak of AMPA 1
  nmda_scale  : factor that makes the peak of NMDA nmda_ratio
}

STATE {
  ampa_r (uS) : exponential of AMPA that decays with ampa_rise
  ampa_d (uS) : exponential of AMPA that decays with ampa_decay
  nmda_r (uS) : exponential of NMDA that decays with nmda_rise
  nmda_d (uS) : exponential of NMDA that decays with nmda_decay
}

INITIAL {
  ampa_scale = peak_scale(ampa_rise, ampa_decay)
  nmda_scale = nmda_ratio*peak_scale(nmda_rise, nmda_decay)
  ampa_r = 0
  ampa_d = 0
  nmda_r = 0
  nmda_d = 0
  released = 0
  random_setseq(release, 0)
}

BREAKPOINT {
  SOLVE course METHOD cnexp
  g_ampa = ampa_d - ampa_r
  g_nmda = (nmda_d - nmda_r)*unblocked(v)
  i = (g_ampa + g_nmda)*(v - e)
}

DERIVATIVE course {
  ampa_r' = -ampa_r/ampa_rise
  ampa_d' = -ampa_d/ampa_decay
  nmda_r' = -nmda_r/nmda_rise
  nmda_d' = -nmda_d/nmda_decay
}

: w: peak of AMPA if all sites release a vesicle. The connection's own: probability of release, number of full sites, and
: time of the last spike.
NET_RECEIVE (w (uS), probability, full, last (ms)) {
  LOCAL k, refill, empty, quantum
  INITIAL {
    probability = 0
    full = sites
    last = 0
  }
  if (tau_facil > 0) {
    probability = probability*exp(-(t - last)/tau_facil)
    probability = probability + use*(1 - probability)
  } else {
    probability = use
  }
  refill = 1 - exp(-(t - last)/tau_rec)
  last = t

  empty = sites - full
  k = 0
  while (k < empty) {
    if (random_uniform(release) < refill) { full = full + 1 }
    k = k + 1
  }

  released = 0
  k = 0
  while (k < full) {
    if (random_uniform(release) < probability) { released = released + 1 }
    k = k + 1
  }
  full = full - released

  quantum = w*released/sites
  ampa_r = ampa_r + ampa_scale*quantum
  ampa_d = ampa_d + ampa_scale*quantum
  nmda_r = nmda_r + nmda_scale*quantum
  nmda_d = nmda_d + nmda_scale*quantum
}

: Part of the NMDA channels that magnesium does not block at the voltage v.
FUNCTION unblocked(v (mV)) {
  unblocked = 1/(1 + mg/3.57 (mM)*exp(-0.062 (/mV)*v))
}

: The inverse of the peak of exp(-t/slow) - exp(-t/fast).
FUNCTION peak_scale(fast (ms), slow (ms)) {
  LOCAL tpeak
  tpeak = fast*slow/(slow - fast)*log(slow/fast)
  peak_scale = 1/(exp(-tpeak/slow) - exp(-tpeak/fast))
}
