// The commands of the program, one file each: tools/cmd_NAME.cc.
#pragma once

#include "tools/cli.h"

namespace trm::cli {

/// Each adds its command and options to the command line.
Command add_run(Arguments& program);
Command add_train(Arguments& program);
Command add_tasks(Arguments& program);
Command add_info(Arguments& program);
Command add_convert(Arguments& program);
Command add_bench(Arguments& program);
Command add_verify(Arguments& program);
Command add_compare(Arguments& program);
Command add_profile(Arguments& program);
/// Of trm tasks.
Command add_build(Arguments& tasks);
Command add_inspect(Arguments& tasks);
Command add_vote(Arguments& tasks);
Command add_check(Arguments& tasks);
/// Of trm tasks build.
Command add_build_arc(Arguments& builders);

}  // namespace trm::cli
