// A page that steps through what a program did: source, calls that wait, the tree of calls, what was printed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace trm::reports {

/// A call of a function or a round of a loop, in the order in which they began.
struct ProgramPageCall {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::string text;            ///< "f(3)"
  std::string value;           ///< "6"; empty: none was seen
  std::size_t parent = kNone;  ///< place in the list
  std::size_t line = 0;        ///< of the source, where its function begins; 0: none
  std::size_t last = 0;        ///< the last call that began before it returned: itself, if it called nothing
  bool remembered = false;     ///< its value was that of an equal call
  bool goes_on = false;        ///< another call took its place, whose value is its own
};

/// What the model read and wrote in one frame of a call.
struct ProgramPageFrame {
  struct Token {
    std::string text;
    bool own = false;        ///< the model wrote it
    double probability = 1;  ///< of an own token, as the model gave it
  };
  std::size_t call = 0;  ///< place in the list of calls
  std::vector<Token> tokens;
};

struct ProgramPage {
  std::string title;                 ///< what was asked: "fact(3)"
  std::string answer;                ///< the value, the error, or why there is none
  std::string how;                   ///< a line about model, frames and tokens
  std::string source;                ///< lines of the program
  std::vector<std::string> reading;  ///< how a text was read that the program stands for, a line each
  std::vector<std::string> printed;
  std::vector<ProgramPageCall> calls;
  std::size_t left_out = 0;              ///< calls behind those of the list
  std::vector<ProgramPageFrame> frames;  ///< the first ones
  bool all_frames = true;                ///< there are no more
};

/// One file: no network; a small script steps forwards, into, over and out of calls, and plays. Without scripts the
/// tree of all calls is there to read. Light and dark, for phones. All texts are escaped. Same input, same bytes.
std::string program_page_html(const ProgramPage& page);

}  // namespace trm::reports
