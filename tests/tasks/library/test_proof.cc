// Proofs as students write them: what CPython says of the programs that check them.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/library/proof/proof.h"
#include "tasks/python/cpython.h"
#include "tasks/python/program.h"
#include "tasks/recursion/induction/induction.h"
#include "tests/support/sweep.h"
#include "tests/tasks/library/in_cpython.h"
#include "tests/tasks/made_item.h"

namespace test_proof {

using namespace trm;
using namespace trm::tasks;

namespace {

constexpr std::size_t kMostCalls = 100'000;

struct Written {
  std::string answer;  ///< valid, or the first line that does not follow
  std::string text;
};

/// Right proofs, and proofs with one slip: behind "### 4" those whose line 4 is at fault.
std::vector<Written> written_proofs() {
  std::vector<Written> out;
  for (const char* name : {TRM_LIBRARY_TESTS "/proofs.txt", TRM_LIBRARY_TESTS "/more_proofs.txt"}) {
    std::ifstream file(name);
    REQUIRE(file.good());
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("### ")) {
        out.push_back({line.substr(4), ""});
      } else {
        REQUIRE_FALSE(out.empty());
        out.back().text += line + "\n";
      }
    }
  }
  return out;
}

Result<library::ShortForm> program_of(std::string_view text) {
  return library::proof::proof_program(text, "a proof");
}

/// The program, which the front end takes.
python::PythonQuestion question_of(std::string_view text) {
  const Result<library::ShortForm> form = program_of(text);
  REQUIRE_MESSAGE(form.ok(), form.error().text());
  CHECK_FALSE(form->reading.empty());
  Result<python::Program> program = python::read_program(form->source, "proof");
  REQUIRE_MESSAGE(program.ok(), program.error().text());
  const Status asked = python::add_question(*program, form->call);
  CHECK_MESSAGE(asked.ok(), asked.error().text());
  return {form->source, form->call};
}

std::string text_of(std::string_view answer) {
  return answer == "valid" ? "'valid'" : std::string(answer);
}

/// The error of a text that is refused.
std::string refusal(std::string_view text) {
  const Result<library::ShortForm> form = program_of(text);
  if (form) return "";
  CHECK(form.error().code == ErrorCode::bad_input);
  CHECK_FALSE(form.error().fix.empty());
  return form.error().text();
}

/// Asks CPython, and compares.
void check_answers(const std::vector<python::PythonQuestion>& questions, const std::vector<std::string>& wanted,
                   const std::vector<std::string>& texts) {
  const auto answers = test::in_cpython(questions, kMostCalls);
  if (!answers) return;
  REQUIRE(answers->size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CAPTURE(texts[i]);
    CAPTURE(questions[i].source);
    CHECK((*answers)[i].outcome == python::PythonAnswer::Outcome::returned);
    CHECK((*answers)[i].text == wanted[i]);
  }
}

std::string with_step(std::string_view line) {
  return "Claim: 1 + 2 + ... + n = n(n+1)/2 for n >= 1\nBase: n = 1: 1 = 1*2/2\nAssume 1 + ... + k = k(k+1)/2\n"
         "Then 1 + ... + k + (k+1) = k(k+1)/2 + (k+1)\n= " +
         std::string(line);
}

}  // namespace

TEST_CASE("proofs as students write them") {
  std::vector<python::PythonQuestion> questions;
  std::vector<std::string> wanted, texts;
  std::size_t valid = 0;
  for (const Written& proof : written_proofs()) {
    CAPTURE(proof.text);
    questions.push_back(question_of(proof.text));
    wanted.push_back(text_of(proof.answer));
    texts.push_back(proof.text);
    valid += proof.answer == "valid" ? 1 : 0;
  }
  CHECK(wanted.size() >= 130);
  CHECK(valid >= 40);
  CHECK(wanted.size() - valid >= 40);
  check_answers(questions, wanted, texts);
}

TEST_CASE("generated proofs have the answers of their task") {
  std::vector<python::PythonQuestion> questions;
  std::vector<std::string> wanted, texts;
  const std::uint64_t count = test::swept(100);
  for (const std::string_view slice : {"train", "test", "steps_2x"}) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const Item item = test::made(induction::task(), slice, 5, i);
      CAPTURE(item.prompt);
      questions.push_back(question_of(std::string_view(item.prompt).substr(6)));
      wanted.push_back(text_of(item.answer));
      texts.push_back(item.prompt);
    }
  }
  check_answers(questions, wanted, texts);
}

TEST_CASE("a reading says what each line was read as, and where it was tried") {
  const Result<library::ShortForm> form = program_of(with_step("(k+1)(k+2)/2\nQED"));
  REQUIRE(form.ok());
  REQUIRE(form->reading.size() == 6);
  CHECK(form->reading[0] == "line 1, claim: Claim: 1 + 2 + ... + n = n(n+1)/2 for n >= 1, at k = 0, 1, 2");
  CHECK(form->reading[1].starts_with("line 2, base case: "));
  CHECK(form->reading[2].starts_with("line 3, hypothesis: "));
  CHECK(form->reading[4] == "line 5, step: = (k+1)(k+2)/2, at k = 0, 1, 2");
  CHECK(form->reading[5] == "line 6, words: QED");
  CHECK(form->call == "proof()");
}

TEST_CASE("the program calculates: the reader says nothing of the answer") {
  // Two proofs that differ in one number have programs that differ in that number alone.
  const Result<library::ShortForm> right = program_of(with_step("(k^2 + 3k + 2)/2"));
  const Result<library::ShortForm> wrong = program_of(with_step("(k^2 + 3k + 4)/2"));
  REQUIRE(right.ok());
  REQUIRE(wrong.ok());
  std::string changed = right->source;
  const std::size_t at = changed.find("k * k + 3 * k + 2");
  REQUIRE(at != std::string::npos);
  changed[at + 16] = '4';
  CHECK(changed == wrong->source);
}

TEST_CASE("what cannot be decided is refused with its line") {
  const auto refused = [](std::string_view line, std::string_view why) {
    CAPTURE(line);
    const std::string text = refusal(with_step(line));
    CAPTURE(text);
    CHECK(text.find("line 5") != std::string::npos);
    CHECK(text.find(why) != std::string::npos);
  };
  refused("k^k", "k in a base and in its exponent");
  refused("k^1000000000", "exponent above 12");
  refused("2^(1000000000k)", "exponent that grows too fast");
  refused("2^2^k", "exponent that is no number");
  refused(std::string(200, '7') + "k", "more than 15 digits");
  refused("((k+1)^12)^12", "too many different powers");
  refused("(k+1)(k+2", "a parenthesis is not closed");
  refused("k(k+1)/2 + 1.5", "1.5");
  refused("k ≡ 1", "not read");
  refused("k(k+1)/2 + z", "of which nothing is said");
  refused("T(k) + 1", "of which nothing is said");
  refused(std::string(3000, '('), "too deep");
  refused("S(S(k))", "of which nothing is said");
  refused("((((99^12)^12)^12)^12)^12", "too large");
  refused("1/((((k^12)^12)^12)^12)", "denominator");
  refused("2^(-1000000000)", "exponent above 12");
  refused("k(k+1)/2, which is not true", "says \"not\"");
}

TEST_CASE("texts that are no proofs are refused") {
  CHECK(refusal("").find("is empty") != std::string::npos);
  CHECK(refusal("hello world").find("claim") != std::string::npos);
  CHECK(refusal(std::string(std::size_t{1} << 20, 'x')).find("bytes") != std::string::npos);
  std::string lines;
  for (int i = 0; i < 10000; ++i) lines += "= k\n";
  CHECK(refusal(lines).find("more than 99 lines") != std::string::npos);
  CHECK(refusal("2. Claim: 1 + 2 + ... + n = n(n+1)/2").find("numbered") != std::string::npos);
  CHECK(refusal("Claim: 1 + 2 + ... + n = n(n+1)/2\nBase: n = 1: 1 = 1").find("ends before") != std::string::npos);
  CHECK(refusal("Claim: 1 + 2 + ... + n < n^2 + 1\nBase: n = 1: 1 < 2\nAssume it for k\nThen 1 < 2")
            .find("not decided") != std::string::npos);
  CHECK(refusal("Claim: S(n) = n^2\nBase: S(1) = 1\nAssume S(k) = k^2\nThen S(k+1) = (k+1)^2")
            .find("no recurrence is given") != std::string::npos);
  // Bytes that are no text, and cuts of a right proof, are answered without harm.
  CHECK_FALSE(refusal("Claim: \xff\xfe = 1").empty());
  const std::vector<Written> proofs = written_proofs();
  REQUIRE_FALSE(proofs.empty());
  const std::string& whole = proofs[0].text;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Result<library::ShortForm> form = program_of(whole.substr(0, size));
    if (!form) CHECK_FALSE(form.error().fix.empty());
  }
}

}  // namespace test_proof
