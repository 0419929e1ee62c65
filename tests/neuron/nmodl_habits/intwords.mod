: probes index time gamma sum
NEURON { SUFFIX intwords RANGE index, time, gamma, sum, beta, e, id, n_1, Size, end, count }
ASSIGNED { v index time gamma sum beta[2] e id n_1 Size end count }
BREAKPOINT { index = 2 time = t gamma = index*v beta[0] = 1 beta[1] = 2 e = 2.71 id = 7 n_1 = 2 Size = 3 end = 1 count = 2
 sum = index + time + gamma + beta[0]*beta[1] + e + id + n_1 + Size + end + count }
