// The commands that are written in Lua (lua/accrue/workshop): what plugin authors use, beside the core in one process.
#ifndef ACR_BINDING_WORKSHOP_H
#define ACR_BINDING_WORKSHOP_H

// Runs lua/accrue/workshop/COMMAND.lua with the words behind the command's name; gives the exit code, after saying on standard error
// what went wrong.
int acr__workshop_run(const char *command, int argc, char **argv);
#endif
