// sample: src/event/direction.c
#include "base/span.h"
#include "json/json.h"
#include "event/event.h"
#include "engine/engine.h" // expect: include_direction
#include "accrue.h"        // expect: include_direction
