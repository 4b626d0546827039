// Which addresses a web hook may go to.
#ifndef ACR_OUTBOX_ADDRESS_H
#define ACR_OUTBOX_ADDRESS_H
#include <stdbool.h>
#include <sys/socket.h>

// True of this machine, private networks, link-local addresses (where clouds keep their credentials) and whatever else is not public.
bool acr__address_private(const struct sockaddr *address);
#endif
