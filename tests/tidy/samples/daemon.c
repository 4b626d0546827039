// sample: src/daemon/daemon.c
#include "accrue.h"
#include "base/buf.h"
#include <uv.h>
#include "program/program.h" // expect: include_direction
