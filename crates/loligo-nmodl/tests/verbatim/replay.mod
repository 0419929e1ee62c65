NEURON { ARTIFICIAL_CELL Replay POINTER times RANGE index, largest, etime }
ASSIGNED { index etime (ms) largest times }
INITIAL { index = 0 next() if (index > 0) { net_send(etime - t, 1) } }
NET_RECEIVE(w) {
    if (flag == 1) { net_event(t) next() if (index > 0) { net_send(etime - t, 1) } }
}
PROCEDURE next() {
VERBATIM
  { void* vv; int i, size; double* px;
    i = (int)index;
    if (i >= 0) {
        vv = (void*)(_p_times);
        if (vv) {
            size = vector_capacity((IvocVect*)vv);
            px = vector_vec((IvocVect*)vv);
            if (i < size) { etime = px[i]; index += 1.; } else { index = -1.; }
        } else { index = -1.; }
    }
  }
ENDVERBATIM
}
PROCEDURE play() {
VERBATIM
    void** pv; void* ptmp = NULL;
    if (ifarg(1)) { ptmp = (void*)vector_arg(1); hoc_obj_ref(*vector_pobj((IvocVect*)ptmp)); }
    pv = (void**)(&_p_times);
    if (*pv) { hoc_obj_unref(*vector_pobj((IvocVect*)*pv)); }
    *pv = ptmp;
    if (ptmp) {
        int i, size = vector_capacity((IvocVect*)_p_times);
        double* px = vector_vec((IvocVect*)_p_times);
        largest = 0;
        for (i = 0; i < size; i++) { if (px[i] > largest) largest = px[i]; }
    }
ENDVERBATIM
}
