// sample: src/json/bare.c
#include "writer.h" // expect: include_path
#include <cjson/cJSON.h>
