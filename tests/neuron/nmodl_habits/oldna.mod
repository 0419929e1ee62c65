: probes m h ina minf mexp
TITLE   fast sodium, in the manner of 1990:  it's old?

COMMENT
  A block with : colons, ? question marks and unbalanced ( brackets { and a "quote
  VERBATIM is only a word here.
ENDCOMMENT

UNITS { (mA) = (milliamp)  (mV) = (millivolt)
 }

INDEPENDENT {t FROM 0 TO 1 WITH 1 (ms)}

NEURON {
	SUFFIX oldna
	USEION na READ ena WRITE ina
	RANGE gbar,ina ,m, h,
	      minf, mexp
	GLOBAL hinf, hexp
}
PARAMETER {
	v (mV)
	celsius = 37	(degC)
	dt  (ms)
	gbar=.05 (mho/cm2)	<0,1e9>
	ena = 50 (mV)
}
STATE { m h }
ASSIGNED { ina (mA/cm2) minf hinf mexp hexp }

INITIAL { rates(v)  m = minf  h = hinf }
BREAKPOINT { SOLVE states
	ina = gbar*m*m*m*h*(v - ena) }
UNITSOFF
PROCEDURE states() {	:computes state variables m, h
	rates(v)
	m = m + mexp*(minf-m)
	h = h + hexp*(hinf-h)
VERBATIM
	return 0;
ENDVERBATIM
}
PROCEDURE rates(v) {  :tables
	LOCAL q10, tinc, alpha, beta, sum
	TABLE minf, mexp, hinf, hexp DEPEND dt, celsius FROM -100 TO 100 WITH 200
	q10 = 3^((celsius - 24)/10)
	tinc = -dt * q10
	alpha = .1 * vtrap(-(v+40),10)
	beta =  4 * exp(-(v+65)/18)
	sum = alpha + beta
	minf = alpha/sum
	mexp = 1 - exp(tinc*sum)
	alpha = .07 * exp(-(v+65)/20)
	beta = 1 / (exp(-(v+35)/10) + 1)
	sum = alpha + beta
	hinf = alpha/sum
	hexp = 1 - exp(tinc*sum)
}
FUNCTION vtrap(x,y) {
	if (fabs(x/y) < 1e-6) {
		vtrap = y*(1 - x/y/2)
	}else{
		vtrap = x/(exp(x/y) - 1)
	}
}
UNITSON
