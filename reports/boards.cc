#include "reports/boards.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "reports/format.h"
#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {
namespace {

/// Side of a cell in the drawing's own units.
constexpr std::size_t kSide = 10;
/// Cells up to which a board is read out row by row; larger ones are summed up.
constexpr std::size_t kSpokenCells = 100;

bool is_open(char cell) {
  return cell == '.' || cell == ' ';
}

std::string cells_text(std::size_t n) {
  return grouped(n) + (n == 1 ? " cell" : " cells");
}

/// Never 0 % or 100 %: no model is that sure.
std::string chance(double q_halt) {
  return percent(std::clamp(1 / (1 + std::exp(-q_halt)), 0.001, 0.999));
}

std::string signed_number(double value) {
  return (value < 0 ? "−" : "+") + fixed_number(std::abs(value), 2);
}

/// One step of a step-through, and what changed.
class StepView {
 public:
  StepView(const StepThrough& all, std::size_t number) : all_(all), number_(number) {}

  [[nodiscard]] const std::string& cells() const { return step().cells; }
  [[nodiscard]] const BoardStep& step() const { return all_.steps[number_ - 1]; }
  [[nodiscard]] bool halts() const { return number_ == all_.halting_step && step().q_halt > 0; }
  /// The first step starts from the question only if that stays on the board.
  [[nodiscard]] bool compares() const { return number_ > 1 || all_.keeps_givens; }
  [[nodiscard]] bool changed(std::size_t i) const {
    if (!compares()) return false;
    return cells()[i] != (number_ > 1 ? all_.steps[number_ - 2].cells : all_.question)[i];
  }
  /// Where the answer is a board of its own, cells around it are not asked for.
  [[nodiscard]] bool wrong(std::size_t i) const {
    if (all_.expected.empty() || (!all_.keeps_givens && all_.expected[i] == ' ')) return false;
    return cells()[i] != all_.expected[i];
  }

  [[nodiscard]] std::size_t changes() const {
    return count([this](std::size_t i) { return changed(i); });
  }
  [[nodiscard]] std::size_t mistakes() const {
    return count([this](std::size_t i) { return wrong(i); });
  }
  /// "5 cells changed, 2 cells wrong".
  [[nodiscard]] std::string summary() const {
    std::string out = compares() ? cells_text(changes()) + " changed" : "";
    if (all_.expected.empty()) return out;
    if (!out.empty()) out += ", ";
    const std::size_t n = mistakes();
    return out + (n == 0 ? "none wrong" : grouped(n) + " wrong");
  }

 private:
  [[nodiscard]] std::size_t count(const std::function<bool(std::size_t)>& of) const {
    std::size_t out = 0;
    for (std::size_t i = 0; i < cells().size(); ++i) out += of(i) ? 1 : 0;
    return out;
  }

  const StepThrough& all_;
  std::size_t number_;
};

bool is_given(const StepThrough& s, std::size_t i) {
  return s.keeps_givens && !is_open(s.question[i]);
}

using Choice = std::function<bool(std::size_t cell)>;

/// Squares over the chosen cells as the data of a path; neighbours in a row become one.
std::string squares(const StepThrough& s, const Choice& chosen) {
  std::string out;
  for (std::size_t row = 0; row < s.rows; ++row) {
    for (std::size_t column = 0; column < s.columns;) {
      std::size_t end = column;
      while (end < s.columns && chosen(row * s.columns + end)) ++end;
      if (end == column) {
        ++column;
        continue;
      }
      const std::string width = std::to_string((end - column) * kSide);
      out += "M" + std::to_string(column * kSide) + "," + std::to_string(row * kSide) + "h" + width + "v" +
             std::to_string(kSide) + "h-" + width + "z";
      column = end;
    }
  }
  return out;
}

/// A piece of a path in each chosen cell, which begins at its top left corner.
std::string strokes(const StepThrough& s, const Choice& chosen, const char* stroke) {
  std::string out;
  for (std::size_t i = 0; i < s.rows * s.columns; ++i) {
    if (!chosen(i)) continue;
    out += "M" + std::to_string(i % s.columns * kSide) + "," + std::to_string(i / s.columns * kSide) + stroke;
  }
  return out;
}

void add_path(std::string& out, const char* name, const std::string& data) {
  if (!data.empty()) out += std::string("<path class=\"cell-") + name + "\" d=\"" + data + "\"/>";
}

/// The chosen cells of a board: walls as squares, a marked path as dots, other characters as text.
std::string draw_cells(const StepThrough& s, std::string_view cells, const Choice& chosen, const char* text_class) {
  std::string out;
  add_path(out, "wall", squares(s, [&](std::size_t i) { return cells[i] == '#' && chosen(i); }));
  add_path(out, "dot",
           strokes(
               s, [&](std::size_t i) { return cells[i] == 'o' && chosen(i); }, "m5,5h0"));
  for (std::size_t row = 0; row < s.rows; ++row) {
    std::string places, text;
    for (std::size_t column = 0; column < s.columns; ++column) {
      const std::size_t i = row * s.columns + column;
      if (is_open(cells[i]) || cells[i] == '#' || cells[i] == 'o' || !chosen(i)) continue;
      places += (places.empty() ? "" : " ") + std::to_string(column * kSide + kSide / 2);
      text += cells[i];
    }
    if (text.empty()) continue;
    out += std::string("<text class=\"cell-") + text_class + "\" x=\"" + places + "\" y=\"" +
           std::to_string(row * kSide + 7) + "\">" + escape_html(text) + "</text>";
  }
  return out;
}

std::string lines(const StepThrough& s, std::size_t row_step, std::size_t column_step) {
  std::string out;
  for (std::size_t row = 0; row <= s.rows; row += row_step)
    out += "M0," + std::to_string(row * kSide) + "h" + std::to_string(s.columns * kSide);
  for (std::size_t column = 0; column <= s.columns; column += column_step)
    out += "M" + std::to_string(column * kSide) + ",0v" + std::to_string(s.rows * kSide);
  return out;
}

/// What is the same on every board: drawn once, used by all. Its style cannot depend on what is around it: <use> shows
/// a tree of its own.
std::string base(const StepThrough& s) {
  const Choice given = [&](std::size_t i) { return is_given(s, i); };
  std::string out;
  add_path(out, "soft", squares(s, [&](std::size_t i) { return given(i) && s.question[i] != '#'; }));
  return out + draw_cells(s, s.question, given, "given");
}

std::string frame(const StepThrough& s) {
  const bool boxes = s.box_rows != 0;
  std::string out;
  add_path(out, "line", lines(s, 1, 1));
  add_path(out, "box", lines(s, boxes ? s.box_rows : s.rows, boxes ? s.box_columns : s.columns));
  return out;
}

std::string spoken(const StepThrough& s, std::string_view cells) {
  if (cells.size() > kSpokenCells) return "";
  std::string out;
  for (std::size_t row = 0; row < s.rows; ++row) {
    out += row == 0 ? ": " : "; ";
    for (std::size_t column = 0; column < s.columns; ++column) {
      const char cell = cells[row * s.columns + column];
      out += (column == 0 ? "" : " ") + (is_open(cell) ? "blank" : std::string(1, cell));
    }
  }
  return out;
}

std::string board(const StepThrough& s, const std::string& id, const std::string& name, const std::string& drawing) {
  const std::size_t width = s.columns * kSide, height = s.rows * kSide;
  // Cells of a small board are as large as text wants them; a large one fills the column.
  const std::size_t pixels = std::min<std::size_t>(s.columns * 40, 560);
  return "<svg class=\"cells\" viewBox=\"-1 -1 " + std::to_string(width + 2) + " " + std::to_string(height + 2) +
         "\" width=\"" + std::to_string(pixels) + "\" role=\"img\" aria-label=\"" + escape_html(name) + "\">" +
         drawing + "<use href=\"#" + id + "-frame\"/></svg>\n";
}

std::string step_board(const StepThrough& s, const std::string& id, std::size_t number) {
  const StepView view(s, number);
  const Choice broken = [&](std::size_t i) { return is_given(s, i) && view.cells()[i] != s.question[i]; };
  std::string drawing = "<use href=\"#" + id + "-base\"/>";
  add_path(drawing, "cover", squares(s, broken));
  add_path(drawing, "changed", squares(s, [&](std::size_t i) { return view.changed(i); }));
  drawing += draw_cells(
      s, view.cells(), [&](std::size_t i) { return !is_given(s, i) || broken(i); }, "said");
  add_path(drawing, "wrong",
           strokes(
               s, [&](std::size_t i) { return view.wrong(i); }, "m1,9l8,-8"));
  return board(s, id, "Board after step " + std::to_string(number) + spoken(s, view.cells()), drawing);
}

std::string question_board(const StepThrough& s, const std::string& id) {
  std::string drawing = "<use href=\"#" + id + "-base\"/>";
  if (!s.keeps_givens)
    drawing += draw_cells(
        s, s.question, [](std::size_t) { return true; }, "said");
  return board(s, id, "Question" + spoken(s, s.question), drawing);
}

std::string steps_text(std::size_t n) {
  return std::to_string(n) + (n == 1 ? " step" : " steps");
}

}  // namespace

std::string board_verdict(const StepThrough& s) {
  const std::string last = std::to_string(s.steps.size()), at = std::to_string(s.halting_step);
  const bool halts = s.steps[s.halting_step - 1].q_halt > 0;
  std::string out = halts ? "Halts after step " + at : "Does not halt in " + steps_text(s.steps.size());
  if (!s.keeps_givens && s.expected.empty()) return out + "; the right answer is not known.";
  out += " and is ";
  out += s.correct ? "right." : "wrong.";
  if (s.halting_step != s.steps.size() && s.correct != s.correct_at_end)
    out += " After step " + last + " it is " + (s.correct_at_end ? "right." : "wrong.");
  return out;
}

namespace {

void add_panel(std::string& out, const std::string& id, std::size_t number, bool checked, const std::string& label,
               const std::string& body) {
  const std::string input = id + "-step-" + std::to_string(number);
  out += "<div class=\"step\"><input type=\"radio\" name=\"" + id + "\" id=\"" + input + "\"" +
         (checked ? " checked=\"checked\"" : "") + "/><label for=\"" + input + "\">" + label +
         "</label>\n<div class=\"panel\">" + body + "</div></div>\n";
}

void add_legend(std::string& out, const StepThrough& s) {
  const auto item = [&](const std::string& drawing, const char* text) {
    out += "<li><svg class=\"cells key\" viewBox=\"-1 -1 12 12\" aria-hidden=\"true\">" + drawing +
           "<path class=\"cell-line\" d=\"M0,0h10v10h-10z\"/></svg>" + text + "</li>\n";
  };
  out += "<ul class=\"legend\">\n";
  if (s.keeps_givens)
    item("<path class=\"cell-soft\" d=\"M0,0h10v10h-10z\"/><text class=\"cell-given\" x=\"5\" y=\"7\">5</text>",
         "given");
  item("<path class=\"cell-changed\" d=\"M0,0h10v10h-10z\"/>", "changed at this step");
  if (!s.expected.empty()) item("<path class=\"cell-wrong\" d=\"M1,9l8,-8\"/>", "differs from the expected answer");
  out += "</ul>\n";
}

}  // namespace

std::string board_title(const StepThrough& s) {
  std::string out = s.task.empty() ? "Puzzle" : task_label(s.task);
  if (!s.slice.empty()) out += ", " + s.slice;
  return out + ": " + s.model;
}

std::string board_figure(const StepThrough& s, const std::string& id) {
  std::string out = "<figure class=\"set boards\" id=\"" + id + "\">\n<figcaption><b>" + escape_html(board_title(s)) +
                    "</b>" + board_verdict(s) + "</figcaption>\n";
  out += "<svg class=\"sprite\" aria-hidden=\"true\"><defs><g id=\"" + id + "-base\">" + base(s) + "</g><g id=\"" + id +
         "-frame\">" + frame(s) + "</g></defs></svg>\n";
  out += "<div class=\"steps\" role=\"group\" aria-label=\"Supervision steps\">\n";
  add_panel(out, id, 0, false, "Question", "<p><b>Question</b></p>\n" + question_board(s, id));
  for (std::size_t k = 1; k <= s.steps.size(); ++k) {
    const StepView view(s, k);
    const std::string number = std::to_string(k), sure = chance(view.step().q_halt);
    const std::string label =
        "<span class=\"unseen\">Step </span>" + number + "<small>" + sure + (view.halts() ? " halts" : "") + "</small>";
    const std::string text = "<p><b>Step " + number + " of " + std::to_string(s.steps.size()) +
                             (view.halts() ? ", halts here" : "") + "</b> q_halt " + signed_number(view.step().q_halt) +
                             ": " + sure + " sure of its answer. " + view.summary() +
                             (view.summary().empty() ? "" : ".") + "</p>\n";
    add_panel(out, id, k, k == s.halting_step, label, text + step_board(s, id, k));
  }
  out += "</div>\n";
  add_legend(out, s);
  return out + "</figure>\n";
}

std::string board_outline(const StepThrough& s) {
  std::string out;
  for (std::size_t k = 1; k <= s.steps.size(); ++k) {
    const StepView view(s, k);
    const std::string summary = view.summary();
    out += "step " + std::to_string(k) + "  " + chance(view.step().q_halt) + " sure" + (view.halts() ? ", halts" : "") +
           (summary.empty() ? "" : "  " + summary) + "\n";
  }
  std::vector<std::pair<std::string, std::string_view>> boards = {
      {"question", s.question}, {"step " + std::to_string(s.halting_step), s.steps[s.halting_step - 1].cells}};
  if (!s.expected.empty()) boards.emplace_back("expected", s.expected);
  out += "\n";
  const auto add_line = [&](const std::function<std::string(std::size_t)>& part) {
    std::string line;
    for (std::size_t b = 0; b < boards.size(); ++b) {
      const std::string text = part(b);
      line += text + std::string(std::max(s.columns, boards[b].first.size()) + 3 - text.size(), ' ');
    }
    out += line.erase(line.find_last_not_of(' ') + 1) + "\n";
  };
  add_line([&](std::size_t b) { return boards[b].first; });
  for (std::size_t row = 0; row < s.rows; ++row)
    add_line([&](std::size_t b) { return std::string(boards[b].second.substr(row * s.columns, s.columns)); });
  return out;
}

}  // namespace trm::reports
