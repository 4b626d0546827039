// A glance at a line: what can be told without parsing it. Used where a line is answered at the door, and to find the requests.
#ifndef ACR_DAEMON_GLANCE_H
#define ACR_DAEMON_GLANCE_H
#include "base/span.h"

struct glance {
  acr__span id, source, method; // values of the outermost object as written, strings with their quotes; empty when absent, or
                                // when they are not plain (escapes, control characters, bytes above 0x7F)
  bool event;                   // has specversion
};

// Reads the outermost object as far as it is well-formed; never fails.
struct glance acr__glance(acr__span line);
// May this line be a JSON-RPC request? Cheap, and true for every request that has its method in its first 1,024 bytes.
bool acr__glance_request(acr__span line);
// May this line be a clock? Cheap, and true for every short line that says so.
bool acr__glance_clock(acr__span line);
bool acr__glance_job(acr__span line); // may a request be one that takes long (acr_job_begin)?
// Nothing but white space?
bool acr__glance_blank(acr__span line);
#endif
