#include "tasks/library/proof/proof.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "tasks/library/proof/checker.h"
#include "tasks/library/proof/claim.h"
#include "tasks/library/proof/sentence.h"
#include "tasks/library/proof/text.h"
#include "tasks/recursion/induction/induction.h"
#include "tasks/recursion/induction/statement.h"

namespace trm::tasks::library::proof {
namespace {

/// Is every line one of the proofs that are generated? Their tables and bounds have rules of their own.
bool is_as_generated(std::string_view text) {
  const Result<std::vector<std::string>> lines = induction::read_proof(text);
  if (!lines) return false;
  const induction::Subject subject = induction::subject_of((*lines)[0]);
  std::optional<induction::Statement::Kind> last;
  for (const std::string& line : *lines) {
    const std::optional<induction::Statement> statement = induction::read_statement(subject, line);
    if (!statement || !induction::may_follow(subject, last, statement->kind)) return false;
    last = statement->kind;
  }
  return true;
}

}  // namespace

Result<ShortForm> proof_program(std::string_view text, const std::string& place) {
  const Result<std::vector<Sentence>> sentences = read_sentences(text, place);
  if (!sentences) return sentences.error();
  const Result<std::vector<Said>> said = read_roles(*sentences, place);
  if (!said) return said.error();
  Result<Claim> claim = read_claim(*said, place);
  if (!claim) return claim.error();
  return Checker(*std::move(claim), is_as_generated(text), place).check(*said);
}

}  // namespace trm::tasks::library::proof
