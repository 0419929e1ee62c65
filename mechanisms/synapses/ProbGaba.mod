TITLE GABA-A and GABA-B synapse with random release and short-term plasticity

COMMENT
Each connection has release sites that hold one vesicle or none. At a spike every vesicle is released with a probability
that facilitation increases; an empty site gets a new vesicle after a random time with an exponential distribution. The
mean over many spikes is that of the model of Tsodyks & Markram, Proc. Natl. Acad. Sci. USA 94:719-723 (1997),
doi:10.1073/pnas.94.2.719. Random release: Fuhrmann, Segev, Markram & Tsodyks, J. Neurophysiol. 87:140-148 (2002),
doi:10.1152/jn.00258.2001. Time course of GABA-B: Mott, Li, Okazaki, Turner & Lewis, J. Neurophysiol. 82:1438-1450
(1999), doi:10.1152/jn.1999.82.3.1438.

Random numbers are drawn from the instance's stream release.
ENDCOMMENT

NEURON {
  POINT_PROCESS ProbGaba
  NONSPECIFIC_CURRENT i
  RANGE a_rise, a_decay, e_a, b_rise, b_decay, b_ratio, e_b
  RANGE use, tau_rec, tau_facil, sites
  RANGE i, g_a, g_b, released
  RANDOM release
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (nA) = (nanoamp)
  (uS) = (microsiemens)
}

PARAMETER {
  a_rise = 0.2 (ms)    : time constant of the rise of GABA-A, shorter than its decay
  a_decay = 8 (ms)     : time constant of the decay of GABA-A
  e_a = -80 (mV)       : reversal potential of GABA-A
  b_rise = 3.5 (ms)    : time constant of the rise of GABA-B, shorter than its decay
  b_decay = 260.9 (ms) : time constant of the decay of GABA-B
  b_ratio = 0          : peak of GABA-B, relative to GABA-A
  e_b = -97 (mV)       : reversal potential of GABA-B
  use = 0.25           : probability of release at rest
  tau_rec = 700 (ms)   : time constant of the recovery of a site
  tau_facil = 20 (ms)  : time constant of facilitation, 0 for none
  sites = 1            : number of release sites of a connection, at least 1
}

ASSIGNED {
  v (mV)
  i (nA)   : current
  g_a (uS) : conductance of GABA-A
  g_b (uS) : conductance of GABA-B
  released : number of vesicles that the last spike released
  a_scale  : factor that makes the peak of GABA-A 1
  b_scale  : factor that makes the peak of GABA-B b_ratio
}

STATE {
  rise_a (uS)  : exponential of GABA-A that decays with a_rise
  decay_a (uS) : exponential of GABA-A that decays with a_decay
  rise_b (uS)  : exponential of GABA-B that decays with b_rise
  decay_b (uS) : exponential of GABA-B that decays with b_decay
}

INITIAL {
  a_scale = peak_scale(a_rise, a_decay)
  b_scale = b_ratio*peak_scale(b_rise, b_decay)
  rise_a = 0
  decay_a = 0
  rise_b = 0
  decay_b = 0
  released = 0
  random_setseq(release, 0)
}

BREAKPOINT {
  SOLVE course METHOD cnexp
  g_a = decay_a - rise_a
  g_b = decay_b - rise_b
  i = g_a*(v - e_a) + g_b*(v - e_b)
}

DERIVATIVE course {
  rise_a' = -rise_a/a_rise
  decay_a' = -decay_a/a_decay
  rise_b' = -rise_b/b_rise
  decay_b' = -decay_b/b_decay
}

: w: peak of GABA-A if all sites release a vesicle. The connection's own: probability of release, number of full sites,
: and time of the last spike.
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
  rise_a = rise_a + a_scale*quantum
  decay_a = decay_a + a_scale*quantum
  rise_b = rise_b + b_scale*quantum
  decay_b = decay_b + b_scale*quantum
}

: The inverse of the peak of exp(-t/slow) - exp(-t/fast).
FUNCTION peak_scale(fast (ms), slow (ms)) {
  LOCAL tpeak
  tpeak = fast*slow/(slow - fast)*log(slow/fast)
  peak_scale = 1/(exp(-tpeak/slow) - exp(-tpeak/fast))
}
