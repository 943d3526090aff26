// SPDX-License-Identifier: Apache-2.0
// The commands of the minting tool. Each takes what follows its name and returns an exit code.
#ifndef MINT_COMMANDS_H
#define MINT_COMMANDS_H

int mint_cmd_cases(int argc, char **argv);
int mint_cmd_demo(int argc, char **argv);
int mint_cmd_seeds(int argc, char **argv);
int mint_cmd_bulk(int argc, char **argv);
int mint_cmd_bundle(int argc, char **argv);
int mint_cmd_odd(int argc, char **argv);

#endif
