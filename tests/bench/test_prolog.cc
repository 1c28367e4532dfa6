#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/harness/accuracy.h"
#include "bench/harness/latency.h"
#include "bench/harness/prolog.h"
#include "simd/ref.h"
#include "tests/bench/support.h"

namespace {

using namespace trm::bench;

const std::string kPrograms = std::string(TRM_BENCH_BASELINES) + "/prolog";
const Contestant kProlog{prolog_solver, kPrograms, ContestantKind::prolog};

/// False, having said so, where there is no swipl.
bool installed() {
  if (!find_swipl().empty()) return true;
  std::printf("skipped: the Prolog baseline: swipl is not installed\n");
  std::fflush(stdout);
  return false;
}

OfflineOptions offline_options() {
  OfflineOptions options;
  options.threads = 1;
  options.kernels = &trm::simd::reference<float>();
  return options;
}

TEST_CASE("prolog: prompts as terms") {
  CHECK(prolog_term("fact 12 3") == "fact(12,3)");
  CHECK(prolog_term("sum 7") == "sum(7)");
  CHECK(prolog_term("hanoi 3 a b c") == "hanoi(3,a,b,c)");
  CHECK(prolog_term("inorder (5 (3 . 1) 8)") == "inorder([5,[3,nil,1],8])");
  CHECK(prolog_term("height 5") == "height(5)");
  CHECK(prolog_term("total .") == "total(nil)");
  CHECK(prolog_term("calc max(3, min(4, 15))") == "calc(max(3,min(4,15)))");
}

TEST_CASE("prolog: programs and stories as texts on one line") {
  CHECK(prolog_term("value f(7); def f(n): return n % 5") == R"(value("f(7); def f(n): return n % 5"))");
  CHECK(prolog_term("ends f(7)\ndef f(n):\treturn n") == R"(ends("f(7)\xa\def f(n):\x9\return n"))");
  CHECK(prolog_term("order\nf(7); def") == R"(order("f(7); def"))");
  CHECK(prolog_term("ask The key's \"box\". A\\n?") == R"(ask("The key's \x22\box\x22\. A\x5c\n?"))");
  CHECK(prolog_term("ask Zoé?") == "ask(\"Zoé?\")");
}

TEST_CASE("prolog: every task has a program") {
  for (const trm::tasks::Task* task : trm::tasks::all_tasks()) {
    CAPTURE(task->name());
    CHECK(!prolog_program(kPrograms, *task).empty());
    CHECK(kProlog.can_answer(*task));
  }
  const trm::tests::ScratchDirectory empty;
  CHECK(!Contestant{prolog_solver, empty.file(""), ContestantKind::prolog}.can_answer(*trm::tasks::find_task("tak")));
}

TEST_CASE("prolog: answers every slice of every task as the solver does, in a process whose memory is its own") {
  if (!installed()) return;
  WorkloadOptions chosen;
  chosen.items = 40;
  chosen.slices = known_slices(known_tasks());
  const auto workloads = make_workloads(chosen);
  REQUIRE(workloads.ok());
  for (const Workload& workload : *workloads) {
    CAPTURE(workload.task->name());
    CAPTURE(workload.slice);
    REQUIRE(kProlog.can_answer(*workload.task));
    const auto pass = run_offline(kProlog, workload, offline_options(), {});
    REQUIRE_MESSAGE(pass.ok(), pass.error().text());
    REQUIRE(pass->items.size() == workload.items.size());
    for (std::size_t i = 0; i < pass->items.size(); ++i) {
      CAPTURE(workload.items[i].prompt);
      CHECK(pass->items[i].verdict == trm::Verdict::answered);
      CHECK(pass->items[i].right);
    }
    CHECK(pass->elapsed_ns > 0);
    CHECK(pass->rss_peak_bytes > (std::size_t{1} << 20));
  }
}

TEST_CASE("prolog: latencies of its own") {
  if (!installed()) return;
  WorkloadOptions chosen;
  chosen.tasks = {"fibonacci"};
  chosen.slices = {"test"};
  chosen.items = 6;
  const auto workloads = make_workloads(chosen);
  REQUIRE(workloads.ok());
  LatencyOptions options;
  options.kernels = &trm::simd::reference<float>();
  const Contestant both[] = {kProlog, {exact_solver, ""}};
  const auto samples = run_single_stream(both, workloads->front(), options, {});
  REQUIRE_MESSAGE(samples.ok(), samples.error().text());
  for (const LatencySamples& of : *samples) {
    CHECK(of.latency_ns.size() == 6);
    CHECK(of.first_token_ns.empty());
    CHECK(of.own_tokens == 0);
  }
}

TEST_CASE("prolog: one question after another; what it cannot answer, and how it ends") {
  if (!installed()) return;
  auto process = PrologProcess::start(kPrograms + "/factorial.pl");
  REQUIRE_MESSAGE(process.ok(), process.error().text());
  CHECK(process->version()->starts_with("SWI-Prolog "));
  CHECK(*process->ask("fact(5)") == "120");
  CHECK(process->ask("gcd(4,6)")->starts_with("! no clause answers gcd(4,6)"));
  CHECK(process->ask("fact(x)")->starts_with("! error("));
  CHECK(process->ask("fact(1")->starts_with("! no clause answers unreadable("));
  CHECK(*process->ask("fact(6,2)") == "1440");
  CHECK(process->rss_peak_bytes() > 0);
}

TEST_CASE("prolog: a program that does not load, and no swipl, are errors") {
  const trm::tests::ScratchDirectory scratch;
  const std::string bad = scratch.file("bad.pl");
  std::FILE* file = std::fopen(bad.c_str(), "w");
  REQUIRE(file != nullptr);
  std::fputs("answer(X, Y :- .\n", file);
  std::fclose(file);
  if (installed()) {
    const auto process = PrologProcess::start(bad);
    REQUIRE(!process.ok());
    CHECK(process.error().text().find("bad.pl") != std::string::npos);
  }
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nonexistent:", 1);
  const bool found = !find_swipl().empty();
  const auto absent = PrologProcess::start(bad);
  ::setenv("PATH", path.c_str(), 1);
  CHECK(!found);
  REQUIRE(!absent.ok());
  CHECK(absent.error().text().find("apt-get install swi-prolog-nox") != std::string::npos);
}

}  // namespace
