#include "reports/html_table.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "reports/format.h"

namespace trm::reports {
namespace {

const char* alignment(const Column& column) {
  return column.numeric ? "num" : "wrap";
}

bool has_gaps(const Table& table) {
  return std::any_of(table.rows.begin(), table.rows.end(), [](const std::vector<Cell>& row) {
    return std::any_of(row.begin(), row.end(), [](const Cell& cell) { return cell.text.empty(); });
  });
}

std::string head(const Table& table) {
  std::string out = "<thead>\n<tr>";
  for (const Column& column : table.columns) {
    out += std::string("<th scope=\"col\" class=\"") + alignment(column) + "\">" + escape_html(column.label);
    if (!column.detail.empty()) out += "<small>" + escape_html(column.detail) + "</small>";
    out += "</th>";
  }
  return out + "</tr>\n</thead>\n";
}

std::string content(const Cell& cell) {
  std::string out;
  if (cell.text.empty())
    out = "<span class=\"none\">–</span>";
  else if (cell.strong)
    out = "<strong>" + escape_html(cell.text) + "</strong>";
  else
    out = escape_html(cell.text);
  const char* first = cell.tone == Tone::none ? "" : cell.tone == Tone::good ? " class=\"good\"" : " class=\"bad\"";
  for (const std::string& detail : cell.details) {
    out += std::string("<small") + first + ">" + escape_html(detail) + "</small>";
    first = "";
  }
  return out;
}

class Body {
 public:
  explicit Body(const Table& table) : table_(table) {}

  std::string html() {
    std::size_t group = 0;
    out_ = "<tbody>\n";
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      if (group < table_.groups.size() && table_.groups[group].first == r) {
        // A group is a body of its own, so that its heading is read out with its rows.
        if (r > 0) out_ += "</tbody>\n<tbody>\n";
        out_ += "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"" + std::to_string(table_.columns.size()) +
                "\"><span>" + escape_html(table_.groups[group].label) + "</span></th></tr>\n";
        ++group;
      }
      add_row(r);
    }
    return out_ + "</tbody>\n";
  }

 private:
  /// One past the last row that shares the first cell of row r.
  [[nodiscard]] std::size_t end_of_span(std::size_t r) const {
    std::size_t end = r + 1;
    const auto starts_group = [&](const RowGroup& g) { return g.first == end; };
    while (end < table_.rows.size() && table_.rows[end][0].text == table_.rows[r][0].text &&
           std::none_of(table_.groups.begin(), table_.groups.end(), starts_group)) {
      ++end;
    }
    return end;
  }

  void add_row(std::size_t r) {
    const bool continues = r < span_end_;
    if (!continues) span_end_ = end_of_span(r);
    out_ += continues ? "<tr class=\"same\">" : "<tr>";
    for (std::size_t c = continues ? 1 : 0; c < table_.rows[r].size(); ++c) add_cell(r, c);
    out_ += "</tr>\n";
  }

  void add_cell(std::size_t r, std::size_t c) {
    const bool header = c < table_.header_columns;
    out_ += header ? "<th" : "<td";
    if (c == 0 && span_end_ > r + 1) {
      out_ += " scope=\"rowgroup\" rowspan=\"" + std::to_string(span_end_ - r) + "\"";
    } else if (header) {
      out_ += " scope=\"row\"";
    }
    out_ += std::string(" class=\"") + alignment(table_.columns[c]) + "\">" + content(table_.rows[r][c]) +
            (header ? "</th>" : "</td>");
  }

  const Table& table_;
  std::string out_;
  std::size_t span_end_ = 0;  ///< rows below it share the first cell
};

}  // namespace

std::string table_html(const Table& table, const std::string& id) {
  std::string out = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"" + id + "\">\n<table" +
                    (table.compact ? " class=\"compact\"" : "") + ">\n<caption id=\"" + id + "\"><b>" +
                    escape_html(table.title) + "</b><span>" + escape_html(table.caption);
  if (has_gaps(table) && table.caption.find("–:") == std::string::npos) out += " –: not measured.";
  return out + "</span></caption>\n" + head(table) + Body(table).html() + "</table>\n</div>\n";
}

}  // namespace trm::reports
