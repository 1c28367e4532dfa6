// Proofs by induction as students write them, as programs that check them.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/library/short_form.h"

namespace trm::tasks::library::proof {

/// The text behind the word "proof". The program calculates both sides of every statement at the k that decide it, and
/// returns 'valid' or the number of the first line that does not follow. tasks/README.md has the wordings and the
/// rules. `place`: what errors call the text. Error: names the line, the words, what cannot be decided, and how to
/// write it.
Result<ShortForm> proof_program(std::string_view text, const std::string& place);

}  // namespace trm::tasks::library::proof
