#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "bench/frames/accuracy.h"
#include "bench/frames/latency.h"
#include "bench/frames/prolog.h"
#include "simd/ref.h"
#include "tasks/registry.h"
#include "tests/bench/support.h"
#include "tests/support/sweep.h"

namespace test_prolog {

namespace {

using namespace trm::bench;

const std::string kPrograms = std::string(TRM_BENCH_BASELINES) + "/prolog";
const Contestant kProlog{kPrologSolver, kPrograms, ContestantKind::prolog};

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
  CHECK(!Contestant{kPrologSolver, empty.file(""), ContestantKind::prolog}.can_answer(*trm::tasks::find_task("tak")));
}

TEST_CASE("prolog: answers every slice of every task as the solver does, in a process whose memory is its own") {
  if (!installed()) return;
  WorkloadOptions chosen;
  chosen.items = trm::test::swept(40);
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
  const Contestant both[] = {kProlog, {kExactSolver, ""}};
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
  CHECK(process->version().starts_with("SWI-Prolog "));
  CHECK(*process->ask("fact(5)") == "120");
  CHECK(process->ask("gcd(4,6)")->starts_with("! no clause answers gcd(4,6)"));
  CHECK(process->ask("fact(x)")->starts_with("! error("));
  CHECK(process->ask("fact(1")->starts_with("! no clause answers unreadable("));
  CHECK(*process->ask("fact(6,2)") == "1440");
  CHECK(process->rss_peak_bytes() > 0);
}

/// Each prompt with its answer; empty: there is none, for the program as for the task.
using Asked = std::vector<std::pair<std::string, std::string>>;

void check_answers(const char* program, const Asked& questions) {
  auto process = PrologProcess::start(kPrograms + program);
  REQUIRE_MESSAGE(process.ok(), process.error().text());
  for (const auto& question : questions) {
    const std::string &prompt = question.first, &answer = question.second;
    CAPTURE(prompt);
    const auto item = trm::tasks::parse_prompt(prompt);
    CHECK((item.ok() ? item->answer : std::string()) == answer);
    const auto found = process->ask(prolog_term(prompt));
    REQUIRE_MESSAGE(found.ok(), found.error().text());
    CHECK((found->starts_with('!') ? std::string() : *found) == answer);
  }
}

TEST_CASE("prolog: programs as people write them, and what is none") {
  if (!installed()) return;
  check_answers("/recursive_flow.pl",
                {{"order f(4)\ndef f(n):\treturn 2 if n<3else f(n -1)+n\n", "f(4) f(3) f(2)"},
                 {"value f(9); def f(n): return ((n - 1) - 1) * 3 + 7 % 4 * 2", "27"},
                 {"value g(5); def f(n): return n; def g(n): return max(f(n + 1), min(n, 3))", "6"},
                 {"value f(4); def f(n): return n +", ""},
                 {"value f(4); def f(n): return n \"", ""},
                 {"value g(4); def f(n): return n", ""},
                 {"value f(0); def f(n): return f(n - 1)", ""},
                 {"value f(9990); def f(n): return 9 * f(n + 1)", ""},
                 {"calls f(4); def f(n): return f(n)", ""}});
  check_answers("/infinite_loop.pl", {{"ends f(4); def f(n): return f(n)", "no"},
                                      {"repeats f(4); def f(n): return g(n); def g(n): return f(n % 3)", "f(1)"},
                                      {"repeats f(4); def f(n): return n if n == 4 else f(n)", "never"},
                                      {"ends f(0); def f(n): return f(n - 1)", ""}});
}

TEST_CASE("prolog: proofs that are numbered, odd, wrong in two lines, and none") {
  if (!installed()) return;
  const std::string odd =
      "proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) = 1 = 1; Hypothesis: S(k) = k^2; ";
  const std::string sevens =
      "proof Claim: 7 divides D(n) = 11^n - 4^n for all n >= 1; Base: D(1) = 11 - 4 = 7 = 7*1; "
      "Hypothesis: D(k) = 11^k - 4^k = 7m; Step: D(k + 1) = 11(11^k - 4^k) + 7*4^k; ";
  const std::string powers =
      "proof Claim: 2^n > 3n + 5 for all n >= 5; Base: 2^5 = 32 > 3*5 + 5 = 20; "
      "Hypothesis: 2^k = 3k + 5 + g with g > 0; Step: 2^(k + 1) = 2*2^k; = 3(k + 1) + 5 + (3k + 2) + 2g; ";
  const std::string bound = "Bound: 3k + 2 >= 3*5 + 2 = 17 for k >= 5; Conclusion: 2^(k + 1) > 3(k + 1) + 5";
  check_answers(
      "/induction.pl",
      {{odd + "Step: S(k + 1) = S(k) + (2k + 1)", "valid"},
       {odd + "Step: S(k + 1) = S(k) + (2k + 1); = (2k^2 + 4k)/2 + 1 = (k + 1)^2; S(2) = S(1) + 3 = 4", "valid"},
       {odd + "Step: S(k + 1) = S(k) + (2k + 1); = (k + 1)^2; S(2) = S(1) + 3 = 1 + 3 = 5", "6"},
       {odd + "Step: S(k + 1) = S(k) + (2k + 3); = (k + 2)^2; S(2) = S(1) + 3 = 1 + 3 = 5", "4"},
       {odd + "Step: S(k + 2) = S(k) + (2k + 1)", "4"},
       {"proof\n1. Claim: S(n) = 1 + 2 + ... + n = n(n + 1)/2 for all n >= 1\r\n2. Base: S(1) = 1 = 2/2\n"
        "3. Hypothesis: S(k) = (k^2 + k)/2\n\n4. Step: S(k + 1) = S(k) + (k + 1)\n5. = (k + 1)(k + 2)/2\n",
        "valid"},
       {"proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 2; Base: S(1) = 1 = 1; "
        "Hypothesis: S(k) = k^2; Step: S(k + 1) = S(k) + (2k + 1)",
        "2"},
       {sevens + "= 77m + 7*4^k; = 7(11m + 4^k); R(1) = 4, as 11 = 7*1 + 4", "valid"},
       {sevens + "= 77m + 8*4^k", "5"},
       {sevens + "R(1) = 4, as 11 = 7*1 + 4; R(2) = 9, as 11*R(1) = 11*4 = 44 = 7*5 + 9", "6"},
       {powers + bound + "; n = 6: 2*32 = 64 > 20 + 3 = 23", "valid"},
       {powers + bound + "; n = 7: 2*32 = 64 > 20 + 3 = 23", "8"},
       {powers + "Bound: 3k + 2 >= 3*4 + 2 = 14 for k >= 5; Conclusion: 2^(k + 1) > 3(k + 1) + 5", "6"},
       {odd + "S(2) = S(1) + 3 = 1 + 3 = 4", ""},
       {odd + "Step: S(k + 1) = S(k) + ", ""},
       {odd + "Step: S(k + 1) = S(k) + (2k + 1); = " + std::string(2000, '('), ""},
       {odd + "4. Step: S(k + 1) = S(k) + (2k + 1); 4. = (k + 1)^2", ""},
       {odd, ""},
       {powers, ""},
       {"proof ;", ""},
       {"proof Claim: \"", ""}});
}

TEST_CASE("prolog: stories with odd names, circles and no single answer") {
  if (!installed()) return;
  check_answers(
      "/multi_step_qa.pl",
      {{"ask Zoé is the mother of \"Al\". Who is the mother of \"Al\"?", "Zoé"},
       {"ask Al's is older than B:\\n. B:\\n is older than C. Is C younger than Al's?", "yes"},
       {"ask Ann is the mother of Ann. Who is the great-great-grandmother of Ann?", "Ann"},
       {"ask The\nkey is in the box. Which room is the key in?", "box"},
       {"ask Ann is older than Ben. Ben is older than Ann. Is Ann older than Ben?", ""},
       {"ask The key is in the box. The box is in the key. Which room is the key in?", ""},
       {"ask The key is in the box. The pen is in the jar. The jar is in the pen. Which room is the key in?", ""},
       {"ask The key is in the box. The key is in the jar. Which room is the key in?", ""},
       {"ask Ann is older than Ben. Cid is older than Ben. Is Ann older than Cid?", ""},
       {"ask The key is in the box. Which room is the pen in?", ""},
       {"ask Ann is old. Who is the mother of Ann?", ""}});
}

TEST_CASE("prolog: what calls itself swipl and is none, or breaks") {
  for (const auto& fake : {
           std::pair{"exit 3", "swipl ended with status 3; it was asked prolog_version"},
           std::pair{"kill -9 $$", "swipl was killed by signal 9"},
           std::pair{"read -r a; echo Welcome; exec cat", "swipl says \"Welcome\" where its version should be"},
           std::pair{"exec cat", "swipl says \"prolog_version.\" where its version should be"},
           std::pair{"read -r a; exec tr '\\0' x < /dev/zero", "swipl printed more than 1 MiB without a line end"},
           std::pair{"exec 1>&-; read -r a; read -r a", "swipl closed its output"},
       }) {
    const std::string script = fake.first, message = fake.second;
    CAPTURE(script);
    const trm::tests::ScratchDirectory scratch;
    const trm::tests::FakeProgram swipl(scratch, "swipl", script);
    const auto process = PrologProcess::start(kPrograms + "/tak.pl");
    REQUIRE(!process.ok());
    CHECK_MESSAGE(process.error().message.starts_with(message), process.error().text());
    CHECK(process.error().fix == "run swipl on this file to see why, or leave prolog out");
  }
  const trm::tests::ScratchDirectory scratch;
  const trm::tests::FakeProgram swipl(scratch, "swipl", "read -r a; echo 'SWI-Prolog 9.0.4'; read -r a; exit 5");
  auto process = PrologProcess::start(kPrograms + "/tak.pl");
  REQUIRE_MESSAGE(process.ok(), process.error().text());
  CHECK(process->version() == "SWI-Prolog 9.0.4");
  CHECK(process->ask("tak(1,2,3)").error().message == "swipl ended with status 5; it was asked tak(1,2,3)");
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

}  // namespace test_prolog
