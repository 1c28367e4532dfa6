#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "engine/sys/helper.h"
#include "tests/engine/support.h"

namespace test_helper {

using trm::Helper;
using trm::HelperLimits;
using namespace std::chrono_literals;

namespace {

constexpr HelperLimits kPatient{60s, std::size_t{1} << 20};

Helper shell(const std::string& script) {
  auto helper = Helper::start({{"sh", "-c", script}, {}});
  REQUIRE_MESSAGE(helper.ok(), helper.error().text());
  return *std::move(helper);
}

std::string finish(const std::string& script, const std::string& text = "", const HelperLimits& limits = kPatient) {
  auto output = shell(script).finish(text, limits);
  return output.ok() ? *output : "error: " + output.error().text();
}

std::string ask(Helper& helper, const std::string& text, const HelperLimits& limits = kPatient) {
  auto line = helper.ask(text, limits);
  return line.ok() ? *line : "error: " + line.error().text();
}

/// Is there a process with this number that is no zombie?
bool alive(int process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string stat;
  std::getline(in, stat);  // slurp() would throw where the process ends meanwhile
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.size() > name_end + 2 && stat[name_end + 2] != 'Z';
}

/// Waits until it is gone; false: it stays.
bool goes(int process) {
  for (int i = 0; i < 3000 && alive(process); ++i) std::this_thread::sleep_for(10ms);
  return !alive(process);
}

}  // namespace

TEST_CASE("helper: input, output, the end of input, more than a pipe holds") {
  CHECK(finish("cat", "one\ntwo") == "one\ntwo");
  CHECK(finish("cat") == "");
  const std::string much(900'000, 'x');
  CHECK(finish("cat", much) == much);
  CHECK(finish("echo right; echo wrong >&2") == "right\n");
  CHECK(finish("exec <&-; echo without reading", much) == "without reading\n");
}

TEST_CASE("helper: the environment is that of this process, or the one that is given") {
  ::setenv("TRM_TEST_HELPER", "here", 1);
  CHECK(finish("echo \"[$TRM_TEST_HELPER]\"") == "[here]\n");
  auto helper = Helper::start({{"sh", "-c", "echo \"[$TRM_TEST_HELPER$OTHER]\""}, {"OTHER=other"}});
  ::unsetenv("TRM_TEST_HELPER");
  REQUIRE(helper.ok());
  CHECK(*helper->finish("", kPatient) == "[other]\n");
}

TEST_CASE("helper: what this process ignores or blocks does not hold for it") {
  const std::string text = trm::test::in_child([] {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_IGN);
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    sigprocmask(SIG_BLOCK, &some, nullptr);
    return finish("grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\n\\t'; kill -USR1 $$; echo not killed");
  });
  CHECK(text == "error: sh was killed by signal 10");
}

TEST_CASE("helper: a conversation, line by line") {
  auto helper = shell("while read -r line; do echo \"<$line>\"; done");
  CHECK(helper.process() > 1);
  CHECK(alive(helper.process()));
  CHECK(ask(helper, "a\n") == "<a>");
  CHECK(ask(helper, "b c\n") == "<b c>");
  Helper moved(std::move(helper));
  CHECK(ask(moved, "d\n") == "<d>");
  CHECK(*moved.finish("e\nf\n", kPatient) == "<e>\n<f>\n");
}

TEST_CASE("helper: how it ends is told") {
  CHECK(finish("exit 3") == "error: sh ended with status 3");
  CHECK(finish("kill -9 $$") == "error: sh was killed by signal 9");
  auto ended = shell("read -r line; exit 4");
  CHECK(ask(ended, "x\n") == "error: sh ended with status 4");
  CHECK(ask(ended, "y\n").starts_with("error: sh ended"));
  auto partial = shell("read -r line; printf 'no line end'");
  CHECK(ask(partial, "x\n") == "error: sh ended with status 0");
  auto closed = shell("exec >&-; read -r line; read -r line");
  CHECK(ask(closed, "x\n") == "error: sh closed its output");
}

TEST_CASE("helper: time and output are bounded") {
  CHECK(finish("sleep 1000", "", {100ms, 100}) == "error: sh took more than 100 ms");
  CHECK(finish("exec >&-; sleep 1000", "", {100ms, 100}) == "error: sh took more than 100 ms");
  CHECK(finish("yes", "", {60s, std::size_t{1} << 20}) == "error: sh printed more than 1 MiB");
  auto silent = shell("sleep 1000");
  CHECK(ask(silent, "x\n", {1000ms, 100}) == "error: sh did not answer within 1 second");
  auto endless = shell("read -r line; tr '\\0' x < /dev/zero");
  CHECK(ask(endless, "x\n", {60s, std::size_t{1} << 20}) == "error: sh printed more than 1 MiB without a line end");
  auto deaf = shell("exec <&-; sleep 1000");
  CHECK(ask(deaf, std::string(1'000'000, 'x'), {100ms, 100}) == "error: sh did not answer within 100 ms");
}

TEST_CASE("helper: lines that nobody asked for are no answers to the next question") {
  const trm::test::TempDir folder;
  const std::string mark = folder / "mark";
  auto helper = shell("read -r a; echo one; echo two; echo > " + mark + "; sleep 1000");
  CHECK(ask(helper, "x\n") == "one");
  for (int i = 0; i < 3000 && !std::filesystem::exists(mark); ++i) std::this_thread::sleep_for(10ms);
  CHECK(ask(helper, "y\n") == "error: sh printed something that was not asked for");
}

/// May a process become the parent of orphans here? Where it may not (an emulator), what leaves the helper's process
/// group is out of reach.
bool adopts_orphans() {
  const bool adopts = trm::test::in_child([]() -> std::string {
                        return ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 ? "yes" : "no";
                      }) == "yes";
  if (!adopts) MESSAGE("skipped: processes that leave the group of a helper: no process adopts orphans here");
  return adopts;
}

TEST_CASE("helper: everything that it started ends with it") {
  const bool adopts = adopts_orphans();
  // Without adoption nobody can wait for their end: it is ordered only.
  const auto gone = [&](int process) { return adopts ? !alive(process) : goes(process); };
  const trm::test::TempDir folder;
  const auto wait_for = [&](const char* name) {
    for (int i = 0; i < 3000 && trm::test::slurp(folder / name).find('\n') == std::string::npos; ++i)
      std::this_thread::sleep_for(10ms);
    return std::atoi(trm::test::slurp(folder / name).c_str());
  };
  const std::string in_group = "sleep 1000 & echo $! > " + (folder / "group") + "; ";
  const std::string outside = "setsid sh -c 'sleep 1000 & echo $! > " + (folder / "outside") + "; wait' & ";
  SUBCASE("when the object goes") {
    std::optional<Helper> helper(shell(in_group + outside + "sleep 1000"));
    const int first = wait_for("group"), second = wait_for("outside"), itself = helper->process();
    REQUIRE(alive(first));
    REQUIRE(alive(second));
    helper.reset();
    CHECK(gone(first));
    if (adopts) CHECK(gone(second));
    CHECK(!alive(itself));
  }
  SUBCASE("when it ends itself, although they hold its output") {
    CHECK(finish(in_group + outside + "while ! [ -s " + (folder / "outside") + " ]; do sleep 0.01; done; echo done") ==
          "done\n");
    CHECK(gone(wait_for("group")));
    if (adopts) CHECK(gone(wait_for("outside")));
  }
  SUBCASE("when this process is killed") {
    std::optional<Helper> other(shell("sleep 1000"));
    trm::test::in_child([&]() -> std::string {
      Helper helper = shell(in_group + outside + "sleep 1000");
      wait_for("group");
      wait_for("outside");
      ::kill(::getpid(), SIGKILL);
      return "";
    });
    CHECK(goes(wait_for("group")));
    if (adopts) CHECK(goes(wait_for("outside")));
    CHECK(alive(other->process()));
  }
}

TEST_CASE("helper: this process may lack standard streams") {
  for (const bool with_errors : {true, false}) {
    CAPTURE(with_errors);
    CHECK(trm::test::in_child([&] {
            ::close(STDIN_FILENO);
            ::close(STDOUT_FILENO);
            if (!with_errors) ::close(STDERR_FILENO);
            return finish("read -r line; echo \"<$line>\"", "x\n");
          }) == "<x>\n");
  }
}

TEST_CASE("helper: what cannot be started") {
  for (const char* name : {"/nonexistent/program", "no-such-program-anywhere", "/"}) {
    CAPTURE(name);
    const auto helper = Helper::start({{name}, {}});
    REQUIRE(!helper.ok());
    CHECK(helper.error().code == trm::ErrorCode::unsupported);
    CHECK(helper.error().message.starts_with("cannot start "));
  }
  CHECK(Helper::start({{"/nonexistent/program"}, {}}).error().message ==
        "cannot start program: No such file or directory");
}

#if !TRM_TEST_SANITIZED
TEST_CASE("helper: where the system refuses, the error tells what helps") {
  const std::string processes = trm::test::in_child([]() -> std::string {
    if (!trm::test::become_nobody()) return "not tried";
    const rlimit limit{0, 0};
    if (setrlimit(RLIMIT_NPROC, &limit) != 0) return "not tried";
    auto helper = Helper::start({{"true"}, {}});
    return helper.ok() ? "it works" : helper.error().text();
  });
  CHECK(
      processes ==
      "cannot start true: Resource temporarily unavailable; fix: raise the limit of processes (ulimit -u; pids.max of "
      "the container), or end some");
  const std::string files = trm::test::in_child([]() -> std::string {
    const rlimit limit{3, 3};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return "not tried";
    auto helper = Helper::start({{"true"}, {}});
    return helper.ok() ? "it works" : helper.error().text();
  });
  CHECK(files == "cannot start true: Too many open files; fix: raise the limit of open files (ulimit -n)");
}
#endif

}  // namespace test_helper
