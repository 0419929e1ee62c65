: probes i x
NEURON { POINT_PROCESS noisyp RANGE i, x, sd NONSPECIFIC_CURRENT i RANDOM rng }
PARAMETER { sd = .01 tau = 2 (ms) }
ASSIGNED { i (nA) v (mV) dt (ms) x }
INITIAL { random_setseq(rng, 3) x = random_normal(rng) }
BREAKPOINT { SOLVE draw METHOD after_cvode i = x*sd }
PROCEDURE draw() { x = x*exp(-dt/tau) + random_normal(rng, 0, sqrt(1-exp(-2*dt/tau))) + 0*random_uniform(rng,2,5) }
