// Numbers and text as people read them; a no-break space (U+00A0) stands between number and unit. Independent of the
// locale: same input, same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trm::reports {

/// Shortest text that reads back as the same number; "n/a" if it is not finite.
std::string exact_number(double value);

/// `decimals` digits after the point; "n/a" if not finite.
std::string fixed_number(double value, int decimals);

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t value);

/// "7M", "1.7T": the rough sizes that papers give.
std::string short_count(double value);

/// A ratio in per cent with one decimal. Never rounds up to 100 % or down to 0 %: 0.9999 -> "99.99 %".
std::string percent(double ratio);

/// "95.1–97.9 %"
std::string percent_range(double low, double high);

/// A value with three significant digits in a readable unit: "ns" -> ns, µs, ms, s; "s" -> ms, s, min, h; "bytes" ->
/// B, KiB, MiB, GiB; "ratio" -> per cent; "1/s" -> per second; counts are grouped; other units follow the number.
std::string human(double value, std::string_view unit);

/// "12.1–14.0 µs"; both ends as human() writes them.
std::string human_range(double low, double high, std::string_view unit);

/// "exact_answer_by_depth" -> "Exact answer by depth"; a trailing unit (_ns, _bytes) is dropped.
std::string metric_title(std::string_view metric);

/// ASCII letters and digits kept, everything else a hyphen: safe inside an HTML id.
std::string identifier(std::string_view text);

/// Bytes that are not UTF-8 become U+FFFD; control characters other than tab and newline vanish.
std::string clean_text(std::string_view text);

/// clean_text() with & < > " ' escaped, for element content and quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace trm::reports
