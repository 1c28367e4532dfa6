// The commands of the program, one file each: tools/cmd_NAME.cc.
#pragma once

#include "tools/cli.h"

namespace trm::cli {

/// Each adds its subcommand and options to the parser.
Command add_run(CLI::App& program);
Command add_train(CLI::App& program);
Command add_tasks(CLI::App& program);
Command add_info(CLI::App& program);
Command add_convert(CLI::App& program);
Command add_bench(CLI::App& program);
Command add_verify(CLI::App& program);
/// Of trm tasks.
Command add_build(CLI::App& tasks);
Command add_inspect(CLI::App& tasks);
Command add_vote(CLI::App& tasks);
/// Of trm tasks build.
Command add_build_arc(CLI::App& builders);

}  // namespace trm::cli
