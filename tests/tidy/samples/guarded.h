// sample: src/base/guarded.h
// A comment before the guard is welcome.
#ifndef ACR_BASE_GUARDED_H
#define ACR_BASE_GUARDED_H
#endif
