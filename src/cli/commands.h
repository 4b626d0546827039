// The commands. Each gets its own name as argv[0] and returns the exit code.
#ifndef ACR_CLI_COMMANDS_H
#define ACR_CLI_COMMANDS_H

enum { CLI_OK = 0, CLI_REFUSED = 1, CLI_FAILED = 2 };

int acr__cmd_serve(int argc, char **argv);
int acr__cmd_check(int argc, char **argv);
int acr__cmd_publish(int argc, char **argv);
int acr__cmd_reload(int argc, char **argv);
int acr__cmd_programs(int argc, char **argv);
int acr__cmd_send(int argc, char **argv);
int acr__cmd_simulate(int argc, char **argv);
int acr__cmd_member(int argc, char **argv);
int acr__cmd_ledger(int argc, char **argv);
int acr__cmd_event(int argc, char **argv);
int acr__cmd_explain(int argc, char **argv);
int acr__cmd_export(int argc, char **argv);
int acr__cmd_report(int argc, char **argv);
int acr__cmd_backtest(int argc, char **argv);
int acr__cmd_backup(int argc, char **argv);
int acr__cmd_verify(int argc, char **argv);
int acr__cmd_retry(int argc, char **argv);
int acr__cmd_clock(int argc, char **argv);
int acr__cmd_maintenance(int argc, char **argv);
int acr__cmd_shadow(int argc, char **argv);
int acr__cmd_stats(int argc, char **argv);
int acr__cmd_bench(int argc, char **argv);
int acr__cmd_outbox(int argc, char **argv);
#endif
