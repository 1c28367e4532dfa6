// Proofs as students write them: what CPython says of the programs that check them.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/library/proof/proof.h"
#include "tasks/python/cpython.h"
#include "tasks/python/program.h"
#include "tasks/recursion/induction/induction.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"

namespace test_proof {

using namespace trm;
using namespace trm::tasks;

namespace {

constexpr std::size_t kMostCalls = 100'000;

struct Written {
  std::string_view answer;  ///< valid, or the first line that does not follow
  std::string_view text;
};

/// Right proofs, and proofs with one slip.
constexpr Written kProofs[] = {
    {"valid",
     "Claim: 1 + 2 + ... + n = n(n+1)/2 for all n >= 1.\n"
     "Base case (n = 1): LHS = 1, RHS = 1(1+1)/2 = 1.\n"
     "Inductive hypothesis: Assume the claim holds for n = k: 1 + 2 + ... + k = k(k+1)/2.\n"
     "Inductive step: 1 + 2 + ... + k + (k+1) = k(k+1)/2 + (k+1)\n"
     "= (k(k+1) + 2(k+1))/2\n"
     "= (k+1)(k+2)/2.\n"
     "Hence, the claim holds for all n >= 1. QED"},
    {"2",
     "Claim: 1 + 2 + ... + n = n(n+1)/2 for all n >= 1.\n"
     "Base case (n = 1): LHS = 1, RHS = 1(1+1)/2 = 2.\n"
     "Inductive hypothesis: Assume the claim holds for n = k: 1 + 2 + ... + k = k(k+1)/2.\n"
     "Inductive step: 1 + 2 + ... + k + (k+1) = k(k+1)/2 + (k+1)\n"
     "= (k+1)(k+2)/2."},
    {"1",
     "Claim: 1 + 2 + ... + n = n(n+2)/2 for all n >= 1.\n"
     "Base case (n = 1): LHS = 1, RHS = 1(1+1)/2 = 1.\n"
     "Inductive hypothesis: Assume the claim holds for n = k: 1 + 2 + ... + k = k(k+2)/2.\n"
     "Inductive step: 1 + 2 + ... + k + (k+1) = k(k+2)/2 + (k+1)\n"
     "= (k+1)(k+3)/2."},
    {"2",
     "Claim: 1 + 2 + ... + n = n(n+1)/2 for all n >= 1.\n"
     "Assume the claim holds for n = k: 1 + 2 + ... + k = k(k+1)/2.\n"
     "Then 1 + 2 + ... + k + (k+1) = k(k+1)/2 + (k+1)\n"
     "= (k+1)(k+2)/2."},
    {"3",
     "Claim: 1 + 2 + ... + n = n(n+1)/2 for all n >= 1.\n"
     "Base case: n = 1: 1 = 1*2/2.\n"
     "Assume the claim holds for n = k + 1: 1 + 2 + ... + (k+1) = (k+1)(k+2)/2.\n"
     "Then 1 + 2 + ... + k + (k+1) = k(k+1)/2 + (k+1)\n"
     "= (k+1)(k+2)/2."},
    {"5",
     "Claim: 1 + 2 + ... + n = n(n+1)/2 for all n >= 1.\n"
     "Base case: n = 1: 1 = 1*2/2.\n"
     "Assume the claim holds for n = k: 1 + 2 + ... + k = k(k+1)/2.\n"
     "Then 1 + 2 + ... + k + (k+1) = k(k+1)/2 + (k+1)\n"
     "= (k(k+1) + (k+1))/2\n"
     "= (k+1)(k+2)/2."},
    {"4",
     "Claim: 1 + 2 + ... + n = n(n+1)/2 for all n >= 1.\n"
     "Base case: n = 1: 1 = 1*2/2.\n"
     "Assume the claim holds for n = k: 1 + 2 + ... + k = k(k+1)/2.\n"
     "Then 1 + 2 + ... + (k+1) = 1 + 2 + ... + k + (k+1).\n"
     "Hence the claim holds for all n."},
    {"4",
     "Claim: 1 + 2 + ... + n = n(n+1)/2 for all n >= 1.\n"
     "Base case: n = 1: 1 = 1*2/2.\n"
     "Assume the claim holds for n = k: 1 + 2 + ... + k = k(k+1)/2.\n"
     "Then 1 + 2 + ... + (k+1) = (k+1)(k+2)/2.\n"
     "Hence the claim holds for all n."},
    {"valid",
     "We prove by induction that sum_{i=1}^{n} i^2 = n(n+1)(2n+1)/6 for all n >= 1.\n"
     "For n = 1 both sides equal 1.\n"
     "Suppose true for k, i.e. sum_{i=1}^{k} i^2 = k(k+1)(2k+1)/6.\n"
     "We must show sum_{i=1}^{k+1} i^2 = (k+1)(k+2)(2k+3)/6.\n"
     "sum_{i=1}^{k+1} i^2 = sum_{i=1}^{k} i^2 + (k+1)^2\n"
     "= k(k+1)(2k+1)/6 + (k+1)^2 (by the induction hypothesis)\n"
     "= (k+1)(k(2k+1) + 6(k+1))/6\n"
     "= (k+1)(2k^2 + 7k + 6)/6\n"
     "= (k+1)(k+2)(2k+3)/6.\n"
     "QED"},
    {"8",
     "We prove by induction that sum_{i=1}^{n} i^2 = n(n+1)(2n+1)/6 for all n >= 1.\n"
     "For n = 1 both sides equal 1.\n"
     "Suppose true for k, i.e. sum_{i=1}^{k} i^2 = k(k+1)(2k+1)/6.\n"
     "We must show sum_{i=1}^{k+1} i^2 = (k+1)(k+2)(2k+3)/6.\n"
     "sum_{i=1}^{k+1} i^2 = sum_{i=1}^{k} i^2 + (k+1)^2\n"
     "= k(k+1)(2k+1)/6 + (k+1)^2 (by the induction hypothesis)\n"
     "= (k+1)(k(2k+1) + 6(k+1))/6\n"
     "= (k+1)(2k^2 + 6k + 6)/6\n"
     "= (k+1)(k+2)(2k+3)/6."},
    {"4",
     "We prove by induction that sum_{i=1}^{n} i^2 = n(n+1)(2n+1)/6 for all n >= 1.\n"
     "For n = 1 both sides equal 1.\n"
     "Suppose true for k, i.e. sum_{i=1}^{k} i^2 = k(k+1)(2k+1)/6.\n"
     "We must show sum_{i=1}^{k+1} i^2 = (k+1)(k+2)(2k+2)/6.\n"
     "sum_{i=1}^{k+1} i^2 = k(k+1)(2k+1)/6 + (k+1)^2\n"
     "= (k+1)(k+2)(2k+3)/6."},
    {"valid",
     "Claim: 1² + 2² + … + n² = n(n+1)(2n+1)/6 for n ≥ 1; Base: n = 1: 1² = 1·2·3/6; Hypothesis: 1² + 2² + … + k² = k(k+1)(2k+1)/6; Step: 1² + … + k² + (k+1)² = k(k+1)(2k+1)/6 + (k+1)²; = (k+1)(2k² + k + 6k + 6)/6; = (k+1)(k+2)(2k+3)/6"},
    {"valid",
     "Claim: 1*2 + 2*3 + ... + n(n+1) = n(n+1)(n+2)/3\n"
     "Base: n = 1: 1*2 = 2 and 1*2*3/3 = 2\n"
     "Assume 1*2 + 2*3 + ... + k(k+1) = k(k+1)(k+2)/3\n"
     "Then 1*2 + ... + k(k+1) + (k+1)(k+2) = k(k+1)(k+2)/3 + (k+1)(k+2)\n"
     "= (k+1)(k+2)(k/3 + 1)\n"
     "= (k+1)(k+2)(k+3)/3"},
    {"valid",
     "Claim: 1/(1*2) + 1/(2*3) + ... + 1/(n(n+1)) = n/(n+1) for n >= 1\n"
     "Base case: n=1: 1/(1*2) = 1/2 = 1/(1+1)\n"
     "Induction hypothesis: 1/(1*2) + ... + 1/(k(k+1)) = k/(k+1)\n"
     "Induction step: 1/(1*2) + ... + 1/(k(k+1)) + 1/((k+1)(k+2)) = k/(k+1) + 1/((k+1)(k+2))\n"
     "= (k(k+2) + 1)/((k+1)(k+2))\n"
     "= (k+1)^2/((k+1)(k+2))\n"
     "= (k+1)/(k+2)"},
    {"5",
     "Claim: 1/(1*2) + 1/(2*3) + ... + 1/(n(n+1)) = n/(n+1) for n >= 1\n"
     "Base case: n=1: 1/(1*2) = 1/2 = 1/(1+1)\n"
     "Induction hypothesis: 1/(1*2) + ... + 1/(k(k+1)) = k/(k+1)\n"
     "Induction step: 1/(1*2) + ... + 1/(k(k+1)) + 1/((k+1)(k+2)) = k/(k+1) + 1/((k+1)(k+2))\n"
     "= (k(k+2) + 2)/((k+1)(k+2))\n"
     "= (k+1)/(k+2)"},
    {"valid",
     "Claim: 1 + 2 + 4 + ... + 2^n = 2^(n+1) - 1 for n >= 0\n"
     "Base: n = 0: LHS = 1, RHS = 2^1 - 1 = 1\n"
     "Assume 1 + 2 + ... + 2^k = 2^(k+1) - 1\n"
     "Then 1 + 2 + ... + 2^k + 2^(k+1) = 2^(k+1) - 1 + 2^(k+1)\n"
     "= 2*2^(k+1) - 1\n"
     "= 2^(k+2) - 1"},
    {"valid",
     "Theorem: 1 + 3 + 5 + ... + (2n-1) = n^2 for every positive integer n.\n"
     "Base case. When n = 1, 1 = 1^2.\n"
     "Assume 1 + 3 + ... + (2k-1) = k^2 for some k >= 1.\n"
     "Then 1 + 3 + ... + (2k-1) + (2k+1) = k^2 + 2k + 1 = (k+1)^2.\n"
     "Therefore by induction the statement is true for all n."},
    {"valid",
     "Claim: 1^3 + 2^3 + ... + n^3 = (n(n+1)/2)^2\n"
     "n = 1: 1 = (1*2/2)^2\n"
     "Assume 1^3 + ... + k^3 = (k(k+1)/2)^2\n"
     "So 1^3 + ... + (k+1)^3 = (k(k+1)/2)^2 + (k+1)^3\n"
     "= (k+1)^2 (k^2/4 + k + 1)\n"
     "= (k+1)^2 (k+2)^2/4\n"
     "= ((k+1)(k+2)/2)^2"},
    {"valid",
     "Claim: 2^n > n^2 for n >= 5\n"
     "Base case: 2^5 = 32 > 25 = 5^2\n"
     "Assume 2^k > k^2 for some k >= 5\n"
     "Then 2^(k+1) = 2*2^k > 2k^2 = k^2 + k^2 >= k^2 + 5k > k^2 + 2k + 1 = (k+1)^2"},
    {"4",
     "Claim: 2^n > n^2 for n >= 5\n"
     "Base case: 2^5 = 32 > 25 = 5^2\n"
     "Assume 2^k > k^2 for some k >= 5\n"
     "Then 2^(k+1) = 2*2^k > 3k^2 = k^2 + 2k^2 >= k^2 + 5k > k^2 + 2k + 1 = (k+1)^2"},
    {"1",
     "Claim: 2^n > n^2 for n >= 1\n"
     "Base case: 2^1 = 2 > 1 = 1^2\n"
     "Assume 2^k > k^2\n"
     "Then 2^(k+1) = 2*2^k > 2k^2 >= (k+1)^2"},
    {"4",
     "Claim: 2^n > n^2 for n >= 5\n"
     "Base case: 2^5 = 32 > 25 = 5^2\n"
     "Assume 2^k > k^2 for some k >= 5\n"
     "Then 2^(k+1) = 2*2^k > 2k^2\n"
     "Hence the claim holds for all n >= 5"},
    {"valid",
     "Claim: n! > 2^n for n >= 4\n"
     "Base: 4! = 24 > 16 = 2^4\n"
     "Assume k! > 2^k\n"
     "Then (k+1)! = (k+1)k! > (k+1)2^k > 2*2^k = 2^(k+1)"},
    {"4",
     "Claim: n! > 2^n for n >= 4\n"
     "Base: 4! = 24 > 16 = 2^4\n"
     "Assume k! > 2^k\n"
     "Then (k+1)! = (k+2)k! > (k+1)2^k > 2*2^k = 2^(k+1)"},
    {"1",
     "Claim: n! > 3^n for n >= 4\n"
     "Base: 4! = 24 > 16 = 2^4\n"
     "Assume k! > 3^k\n"
     "Then (k+1)! = (k+1)k! > (k+1)3^k > 3*3^k = 3^(k+1)"},
    {"valid",
     "Claim: 2^n >= n + 1 for n >= 0\n"
     "Base: n = 0: 2^0 = 1 >= 0 + 1\n"
     "Hypothesis: 2^k >= k + 1\n"
     "Step: 2^(k+1) = 2*2^k >= 2(k+1) = 2k + 2 >= k + 2"},
    {"valid",
     "Claim: (1+x)^n >= 1 + nx for x = 2 and n >= 1\n"
     "Base: (1+2)^1 = 3 >= 1 + 1*2 = 3\n"
     "Assume (1+x)^k >= 1 + kx\n"
     "Then (1+x)^(k+1) = (1+x)(1+x)^k >= (1+x)(1+kx) = 1 + kx + x + kx^2 >= 1 + (k+1)x"},
    {"valid",
     "Claim: (1+1/1)(1+1/2)...(1+1/n) = n+1\n"
     "Base: n = 1: (1 + 1/1) = 2 = 1 + 1\n"
     "Assume (1+1/1)(1+1/2)...(1+1/k) = k+1\n"
     "Then (1+1/1)(1+1/2)...(1+1/k)(1+1/(k+1)) = (k+1)(1 + 1/(k+1))\n"
     "= k + 1 + 1\n"
     "= k + 2"},
    {"valid",
     "Claim: 3 | n^3 - n for n >= 1\n"
     "Base: n = 1: 1^3 - 1 = 0 = 3*0\n"
     "Assume k^3 - k = 3m for some integer m\n"
     "Then (k+1)^3 - (k+1) = k^3 + 3k^2 + 3k + 1 - k - 1\n"
     "= (k^3 - k) + 3k^2 + 3k\n"
     "= 3m + 3(k^2 + k)\n"
     "= 3(m + k^2 + k)\n"
     "which is divisible by 3"},
    {"5",
     "Claim: 3 | n^3 - n for n >= 1\n"
     "Base: n = 1: 1^3 - 1 = 0 = 3*0\n"
     "Assume k^3 - k = 3m for some integer m\n"
     "Then (k+1)^3 - (k+1) = k^3 + 3k^2 + 3k + 1 - k - 1\n"
     "= (k^3 - k) + 3k^2 + 2k\n"
     "= 3m + 3(k^2 + k)"},
    {"4",
     "Claim: 3 | n^3 - n for n >= 1\n"
     "Base: n = 1: 1^3 - 1 = 0 = 3*0\n"
     "Assume k^3 - k = 3m for some integer m\n"
     "Then (k+1)^3 - (k+1) = k^3 + 3k^2 + 3k + 1 - k - 1\n"
     "QED"},
    {"valid",
     "Claim: n^3 - n is divisible by 6 for all n >= 0\n"
     "Base: for n = 0, 0^3 - 0 = 0 is divisible by 6\n"
     "Assume k^3 - k is divisible by 6\n"
     "Then (k+1)^3 - (k+1) = (k^3 - k) + 3k(k+1)\n"
     "which is divisible by 6 since k(k+1) is even"},
    {"valid",
     "5 divides 6^n - 1 for all n >= 1.\n"
     "Base case: 6^1 - 1 = 5, and 5 | 5.\n"
     "Assume 5 divides 6^k - 1, say 6^k - 1 = 5m.\n"
     "Then 6^(k+1) - 1 = 6*6^k - 1 = 6(5m + 1) - 1 = 30m + 5 = 5(6m + 1), which is a multiple of 5."},
    {"4",
     "5 divides 6^n - 1 for all n >= 1.\n"
     "Base case: 6^1 - 1 = 5, and 5 | 5.\n"
     "Assume 5 divides 6^k - 1, say 6^k - 1 = 5m.\n"
     "Then 6^(k+1) - 1 = 6*6^k - 1 = 6(5m + 1) - 1 = 30m + 6 = 5(6m + 1), which is a multiple of 5."},
    {"valid",
     "Claim: 7^n - 1 = 6m for some integer m, n >= 1\n"
     "Base: 7^1 - 1 = 6 = 6*1\n"
     "Assume 7^k - 1 = 6m\n"
     "Then 7^(k+1) - 1 = 7*7^k - 1 = 7(6m + 1) - 1 = 42m + 6 = 6(7m + 1)"},
    {"valid",
     "a(1) = 1, a(n+1) = 2a(n) + 1. Claim: a(n) = 2^n - 1 for all n >= 1.\n"
     "Base: a(1) = 1 = 2^1 - 1.\n"
     "Assume a(k) = 2^k - 1.\n"
     "Then a(k+1) = 2a(k) + 1 = 2(2^k - 1) + 1 = 2^(k+1) - 2 + 1 = 2^(k+1) - 1."},
    {"4",
     "a(1) = 1, a(n+1) = 2a(n) + 1. Claim: a(n) = 2^n - 1 for all n >= 1.\n"
     "Base: a(1) = 1 = 2^1 - 1.\n"
     "Assume a(k) = 2^k - 1.\n"
     "Then a(k+1) = 2a(k) + 1 = 2(2^k - 1) + 1 = 2^(k+1) - 1 + 1 = 2^(k+1) - 1."},
    {"valid",
     "Let a_0 = 0 and a_{n+1} = a_n + 2n + 1. Claim: a_n = n^2 for n >= 0.\n"
     "Base: a_0 = 0 = 0^2.\n"
     "Assume a_k = k^2.\n"
     "Then a_{k+1} = a_k + 2k + 1 = k^2 + 2k + 1 = (k+1)^2."},
    {"valid",
     "F is the Fibonacci sequence with F(1) = F(2) = 1 and F(n+2) = F(n+1) + F(n). Claim: F(1) + F(2) + ... + F(n) = F(n+2) - 1.\n"
     "Base: n = 1: F(1) = 1 = F(3) - 1.\n"
     "Assume F(1) + ... + F(k) = F(k+2) - 1.\n"
     "Then F(1) + ... + F(k) + F(k+1) = F(k+2) - 1 + F(k+1)\n"
     "= F(k+3) - 1."},
    {"5",
     "F is the Fibonacci sequence with F(1) = F(2) = 1 and F(n+2) = F(n+1) + F(n). Claim: F(1) + F(2) + ... + F(n) = F(n+2) - 1.\n"
     "Base: n = 1: F(1) = 1 = F(3) - 1.\n"
     "Assume F(1) + ... + F(k) = F(k+2) - 1.\n"
     "Then F(1) + ... + F(k) + F(k+1) = F(k+2) - 1 + F(k+1)\n"
     "= F(k+4) - 1."},
    {"valid",
     "Claim: 1*1! + 2*2! + ... + n*n! = (n+1)! - 1\n"
     "Base: n = 1: 1*1! = 1 = 2! - 1\n"
     "Assume 1*1! + ... + k*k! = (k+1)! - 1\n"
     "Then 1*1! + ... + k*k! + (k+1)(k+1)! = (k+1)! - 1 + (k+1)(k+1)!\n"
     "= (k+2)(k+1)! - 1\n"
     "= (k+2)! - 1"},
    {"5",
     "Claim: 1*1! + 2*2! + ... + n*n! = (n+1)! - 1\n"
     "Base: n = 1: 1*1! = 1 = 2! - 1\n"
     "Assume 1*1! + ... + k*k! = (k+1)! - 1\n"
     "Then 1*1! + ... + k*k! + (k+1)(k+1)! = (k+1)! - 1 + (k+1)(k+1)!\n"
     "= (k+1)(k+1)! - 1\n"
     "= (k+2)! - 1"},
};

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
  const auto answers = python::ask_cpython(questions, kMostCalls);
  if (!answers) {
    MESSAGE("skipped: proofs in CPython: " << answers.error().text());
    return;
  }
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
  for (const Written& proof : kProofs) {
    CAPTURE(proof.text);
    questions.push_back(question_of(proof.text));
    wanted.push_back(text_of(proof.answer));
    texts.emplace_back(proof.text);
    valid += proof.answer == "valid" ? 1 : 0;
  }
  CHECK(wanted.size() >= 60);
  CHECK(valid >= 25);
  CHECK(wanted.size() - valid >= 25);
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
  CHECK(refusal("Claim: S(n) = n^2\nBase: S(1) = 1\nAssume S(k) = k^2\nThen S(k+1) = (k+1)^2").find("no recurrence is given") !=
        std::string::npos);
  // Bytes that are no text, and cuts of a right proof, are answered without harm.
  CHECK_FALSE(refusal("Claim: \xff\xfe = 1").empty());
  const std::string whole(kProofs[0].text);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Result<library::ShortForm> form = program_of(whole.substr(0, size));
    if (!form) CHECK_FALSE(form.error().fix.empty());
  }
}

}  // namespace test_proof
