#include "tasks/library/story/words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "engine/base/utf8.h"

namespace trm::tasks::library::story {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit_char(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_word_char(char c) {
  return is_upper(c) || is_lower(c) || is_digit_char(c) || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::string_view kAsking =
    "who whom whose what where which how is are was were does do did has have had can will in to";
constexpr std::string_view kTitles = "mr mrs ms dr st prof";

/// Typographic quotation marks and blanks as plain ones.
std::string plain(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> table = {{{"\u2018", "'"},
                                                                                    {"\u2019", "'"},
                                                                                    {"\u201c", "\""},
                                                                                    {"\u201d", "\""},
                                                                                    {"\u201e", "\""},
                                                                                    {"\u00ab", "\""},
                                                                                    {"\u00bb", "\""},
                                                                                    {"\u00a0", " "},
                                                                                    {"\u3002", ". "},
                                                                                    {"\u2026", ". "}}};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    std::string_view put = text.substr(0, length);
    for (const auto& [from, to] : table) {
      if (put == from) put = to;
    }
    out += put;
    text.remove_prefix(length);
  }
  return out;
}

class Splitter {
 public:
  explicit Splitter(std::string text) : text_(std::move(text)) {}

  std::vector<Sentence> sentences() {
    for (at_ = 0; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (is_word_char(c) || (c == '.' && inside_word())) {
        word_ += c;
      } else if (c == '\'' && !word_.empty()) {
        apostrophe();
      } else {
        end_word();
        if (c == '?' || c == '!' || c == '.' || c == ';') {
          end_sentence(c == '?');
          begin_ = at_ + 1;
          continue;
        }
        if (c == ',' || c == ':') {
          put(",");
        } else if (!is_blank(c) && c != '"' && c != '\'') {
          put(std::string(1, c));
        }
      }
    }
    end_word();
    end_sentence(!now_.words.empty() && is_one_of(now_.words[0].low, kAsking));
    return std::move(out_);
  }

 private:
  [[nodiscard]] char next(std::size_t step = 1) const { return at_ + step < text_.size() ? text_[at_ + step] : ' '; }

  /// 3.5, U.S.A, "Mr. Hill" and not "box.The"
  [[nodiscard]] bool inside_word() const {
    if (word_.empty()) return false;
    if (is_one_of(lowered(word_), kTitles) && is_blank(next())) return true;
    return is_word_char(next()) && !(is_upper(next()) && !is_upper(word_.back()));
  }

  void put(const std::string& word) {
    if (!word.empty()) now_.words.push_back({word, lowered(word)});
  }
  void end_word() {
    put(word_);
    word_.clear();
  }

  void apostrophe() {
    const std::string low = lowered(word_);
    const std::string rest = lowered(text_.substr(at_ + 1, 2));
    const auto ends = [&](std::size_t length) { return !is_word_char(next(length + 1)); };
    if (next() == 't' && ends(1) && low.ends_with("n")) {
      word_.pop_back();
      if (low == "can") word_ += 'n';
      end_word();
      put("not");
      at_ += 1;
    } else if (next() == 's' && ends(1)) {
      end_word();
      put(is_one_of(low, "who what where which it he she there that how") ? "is" : "'s");
      at_ += 1;
    } else if (rest == "re" && ends(2)) {
      end_word();
      put("are");
      at_ += 2;
    } else if (low.ends_with("s") && is_blank(next())) {
      end_word();
      put("'s");
    } else if (is_word_char(next())) {
      word_ += '\'';  // O'Neil
    } else {
      end_word();
    }
  }

  void end_sentence(bool question) {
    std::size_t begin = begin_, end = std::min(at_, text_.size());
    while (begin < end && is_blank(text_[begin])) ++begin;
    while (end > begin && is_blank(text_[end - 1])) --end;
    if (!now_.words.empty()) {
      now_.text = text_.substr(begin, end - begin) + (question ? '?' : '.');
      now_.question = question;
      out_.push_back(std::move(now_));
    }
    now_ = {};
  }

  std::string text_, word_;
  std::size_t at_ = 0, begin_ = 0;
  Sentence now_;
  std::vector<Sentence> out_;
};

}  // namespace

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_one_of(std::string_view word, std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::vector<Sentence> sentences_of(std::string_view text) {
  return Splitter(plain(text)).sentences();
}

}  // namespace trm::tasks::library::story
