// sample: src/base/guard.h
// expect on line 1: include_guard
int acr__guard(void);
