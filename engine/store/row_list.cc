#include "engine/store/row_list.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "engine/json/strict_json.h"

namespace trm {
namespace {

constexpr std::string_view kSeparators = ", \t\r\n";

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<std::vector<std::size_t>> parse_rows(std::string_view text, std::size_t count, std::size_t most,
                                            const std::string& source) {
  const auto bad = [&source](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, "", source, std::move(message), std::move(fix)};
  };
  std::vector<std::size_t> rows;
  for (std::size_t at = text.find_first_not_of(kSeparators); at != std::string_view::npos;
       at = text.find_first_not_of(kSeparators, at)) {
    const std::size_t end = std::min(text.find_first_of(kSeparators, at), text.size());
    const std::string_view item = text.substr(at, end - at);
    at = end;
    const std::size_t dash = std::min(item.find('-'), item.size());
    const auto first = number(item.substr(0, dash));
    const auto last = dash == item.size() ? first : number(item.substr(dash + 1));
    if (!first || !last || *last < *first) {
      return bad(json_shown(item) + " is neither a row nor a range", "write rows as 0,5,7-9");
    }
    if (*last >= count) {
      return bad("row " + std::to_string(*last) + " does not exist: the table has " + std::to_string(count),
                 "rows are counted from 0");
    }
    if (*last - *first >= most - rows.size()) {
      return bad("names more than " + std::to_string(most) + " rows", "name each row once");
    }
    for (std::size_t row = *first; row <= *last; ++row) rows.push_back(row);
  }
  std::vector<std::size_t> sorted = rows;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
    return bad("row " + std::to_string(*twice) + " is named twice", "name each row once");
  }
  if (rows.empty()) return bad("names no rows", "write rows as 0,5,7-9");
  return rows;
}

std::string rows_text(std::span<const std::size_t> rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i + 1;
    while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
    out += (out.empty() ? "" : ",") + std::to_string(rows[i]);
    if (end - i > 1) out += "-" + std::to_string(rows[end - 1]);
    i = end;
  }
  return out;
}

}  // namespace trm
