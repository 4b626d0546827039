// How a thread stands beside the others of its machine. Hints: where the system knows none of it, or forbids it, nothing changes.
#ifndef ACR_BASE_THREAD_H
#define ACR_BASE_THREAD_H

// Somebody waits for what the calling thread does: when it wakes it goes before threads that are in the middle of long work.
void acr__thread_prompt(void);
// Nobody waits for it, or nobody for long: the calling thread, and those that it starts, work when others leave room, `nice` lower than
// the process's first thread (0 to 19). Once or again, it is the same.
void acr__thread_patient(int nice);
#endif
