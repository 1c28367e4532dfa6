#include "tasks/puzzles/arc/predictions.h"

#include <array>
#include <charconv>
#include <istream>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/base/utf8.h"
#include "engine/json/strict_json.h"
#include "engine/sys/files.h"
#include "engine/sys/foreign.h"
#include "tasks/base/words.h"
#include "tasks/puzzles/arc/json_shape.h"

namespace trm::tasks::arc {
namespace {

using Kind = JsonShape::Kind;

constexpr JsonShape kPuzzleNameShape{Kind::text}, kExampleShape{Kind::whole}, kOutputShape{Kind::canvas},
    kQHaltShape{Kind::real};
constexpr ShapeField kPredictionFields[] = {
    {"name", &kPuzzleNameShape}, {"example", &kExampleShape}, {"output", &kOutputShape}, {"q_halt", &kQHaltShape}};
constexpr JsonShape kPredictionShape{Kind::object, kPredictionFields};

/// The error with the line in front of the field.
Error at_line(Error error, const std::string& file, std::size_t number) {
  error.file = file;
  error.field = "line " + std::to_string(number) + (error.field.empty() ? "" : ": " + error.field);
  return error;
}

/// Shortest text that reads back as the same number.
std::string write_number(double value) {
  std::array<char, 32> text;
  const std::to_chars_result end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

Status add_line(std::string_view line, const std::string& file, std::size_t number, Poll& poll) {
  const Result<PredictedCanvas> prediction = read_prediction(line, file, number);
  if (!prediction) return prediction.error();
  const Result<std::size_t> row = poll.row_of(prediction->name, prediction->example);
  if (!row) return at_line(row.error(), file, number);
  const std::vector<std::int32_t> output(prediction->output.begin(), prediction->output.end());
  if (Status status = poll.add(*row, output, prediction->q_halt); !status)
    return at_line(std::move(status.error()), file, number);
  return {};
}

}  // namespace

std::string write_prediction(const PredictedCanvas& prediction) {
  std::string out = "{\"name\": " + json_quoted(prediction.name) +
                    ", \"example\": " + std::to_string(prediction.example) + ", \"output\": ";
  char separator = '[';
  for (const std::uint8_t token : prediction.output) {
    out += std::exchange(separator, ',');
    out += std::to_string(token);
  }
  return out + "], \"q_halt\": " + write_number(prediction.q_halt) + "}\n";
}

Result<PredictedCanvas> read_prediction(std::string_view line, const std::string& file, std::size_t number) {
  PredictedCanvas out;
  const Sink sink = [&out](std::span<const Step> path, Leaf leaf) {
    const std::string& field = path[0].name;
    if (field == "name")
      out.name = std::get<std::string>(std::move(leaf));
    else if (field == "example")
      out.example = std::get<std::uint64_t>(leaf);
    else if (field == "output")
      out.output = std::get<std::vector<std::uint8_t>>(std::move(leaf));
    else
      out.q_halt = std::get<double>(leaf);
  };
  Status status = read_shape(line, file, kPredictionShape, sink);
  if (!status) return at_line(std::move(status.error()), file, number);
  return out;
}

Status add_predictions(std::istream& lines, const std::string& file, Poll& poll) {
  // A line is never longer than the buffer, whatever the file holds.
  std::vector<char> buffer(kMaxLineBytes + 2);
  const auto wrong = [&file](std::string place, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file, std::move(place), std::move(message), std::move(fix)};
  };
  std::size_t number = 0, first_empty = 0;
  bool any = false;
  while (lines.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
    const std::size_t bytes = static_cast<std::size_t>(lines.gcount()) - (lines.eof() ? 0 : 1);
    std::string_view line(buffer.data(), bytes);
    if (++number == 1) {
      if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
      std::optional<Error> foreign = foreign_error(file, line);
      if (foreign && !line.empty()) return *std::move(foreign);
    }
    // Empty lines are nothing at the end, and a hole before it.
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      if (first_empty == 0) first_empty = number;
      continue;
    }
    if (first_empty != 0) return wrong("line " + std::to_string(first_empty), "is empty", "remove it");
    if (Status status = add_line(line, file, number, poll); !status) return status;
    any = true;
  }
  if (lines.bad()) return Error{ErrorCode::io, file, "", "cannot be read to its end", "try again"};
  if (!lines.eof()) {
    return wrong("line " + std::to_string(number + 1), "is longer than " + std::to_string(kMaxLineBytes) + " bytes",
                 "write one JSON object on each line");
  }
  if (!any) return wrong("", "holds no lines", "write one JSON object on each line");
  return {};
}

}  // namespace trm::tasks::arc
