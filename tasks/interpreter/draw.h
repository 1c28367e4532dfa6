// Random values for frames to read.
#pragma once

#include "tasks/base/rng.h"
#include "tasks/interpreter/random_frame.h"

namespace trm::tasks::interpreter::draw {

/// A sign and digits without leading zeros, at most max_digits of them; zero has a plus.
Tokens number(Rng& rng, std::size_t max_digits);
/// The same with this sign; zero becomes another number where the sign is a minus.
Tokens number(Rng& rng, Token sign, std::size_t max_digits);
/// A list or a text of at most `most` items.
Tokens sequence(Rng& rng, std::size_t most);
/// Anything but a number.
Tokens no_number(Rng& rng);
/// Any value.
Tokens value(Rng& rng, std::size_t max_digits);

}  // namespace trm::tasks::interpreter::draw
