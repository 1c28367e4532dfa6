#include <doctest/doctest.h>

#include <filesystem>
#include <limits>
#include <string>

#include "reports/plot.h"
#include "reports/svg.h"
#include "tests/engine/support.h"

namespace test_plot {

using namespace trm::reports;

namespace {

Plot line_plot() {
  Plot plot;
  plot.id = "p";
  plot.title = "A <title>";
  plot.x_label = "depth";
  plot.series.push_back({0, "", "", {1, 2, 3}, {90, 80, 70}, {85, 75, 60}, {95, 85, 80}});
  plot.series.push_back({9, "", "", {1, 2}, {50, 40}, {}, {}});
  return plot;
}

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// False, with a message, on a machine without gnuplot: what follows cannot run there.
bool have_gnuplot() {
  const auto svg = draw(line_plot());
  if (svg.ok()) return true;
  MESSAGE("skipped: " << svg.error().text());
  CHECK(svg.error().code == trm::ErrorCode::unsupported);
  return false;
}

}  // namespace

TEST_CASE("plots follow the theme and hold no foreign thing") {
  if (!have_gnuplot()) return;
  const auto svg = draw(line_plot());
  REQUIRE(svg.ok());
  CHECK(svg->starts_with("<svg"));
  CHECK(svg->ends_with("</svg>"));
  for (const char* piece : {"var(--series-0)", "var(--series-1)", "var(--grid)", "currentColor", "id=\"p-title\"",
                            "role=\"img\"", "A &lt;title&gt;", ">depth<", "viewBox"}) {
    CAPTURE(piece);
    CHECK(contains(*svg, piece));
  }
  for (const char* piece : {"rgb(", "font-family", "GNUPLOT", "<desc", "<script", "<?xml", "xlink", "\"black\"",
                            "'gpPt", "'#gpPt", "<filter"}) {
    CAPTURE(piece);
    CHECK_FALSE(contains(*svg, piece));
  }
  CHECK(*svg == *draw(line_plot()));
  Plot other = line_plot();
  other.id = "q";
  CHECK_FALSE(contains(*draw(other), "id='p-"));
}

TEST_CASE("each kind of plot is drawn") {
  if (!have_gnuplot()) return;
  for (PlotKind kind : {PlotKind::lines, PlotKind::steps, PlotKind::bars}) {
    for (bool log_x : {false, true}) {
      CAPTURE(static_cast<int>(kind));
      CAPTURE(log_x);
      Plot plot = line_plot();
      plot.kind = kind;
      plot.log_x = log_x;
      plot.percent = kind == PlotKind::steps;
      plot.series[0].label = "first";
      plot.series[0].value_label = "1 MiB";
      const auto svg = draw(plot);
      REQUIRE(svg.ok());
      CHECK(contains(*svg, "var(--series-0)"));
      CHECK(contains(*svg, ">first<") == (kind == PlotKind::bars));
      CHECK(contains(*svg, "1 MiB") == (kind == PlotKind::bars));
    }
  }
}

TEST_CASE("labels cannot give gnuplot orders") {
  if (!have_gnuplot()) return;
  Plot plot = line_plot();
  plot.kind = PlotKind::bars;
  plot.x_label = "`echo A_ran`";
  plot.series[0].label = "it's `echo B_ran`\n@x";
  plot.series[0].value_label = "'; print system('echo C_ran'); '<b>";
  const auto svg = draw(plot);
  REQUIRE(svg.ok());
  CHECK(contains(*svg, "it\u2019s  echo B_ran"));
  CHECK(contains(*svg, "\u2019; print"));
  CHECK_FALSE(contains(*svg, "<b>"));
  plot = line_plot();
  plot.x_label = "`echo ran` \\\"x";
  const auto labelled = draw(plot);
  REQUIRE(labelled.ok());
  CHECK(contains(*labelled, " echo ran "));
}

TEST_CASE("what cannot be drawn is an error") {
  const auto code_of = [](const Plot& plot, const std::string& program = "gnuplot") {
    const auto svg = draw(plot, program);
    REQUIRE_FALSE(svg.ok());
    return svg.error().code;
  };
  Plot plot = line_plot();
  plot.series.clear();
  CHECK(code_of(plot) == trm::ErrorCode::bad_input);
  plot = line_plot();
  plot.series[0].y.pop_back();
  CHECK(code_of(plot) == trm::ErrorCode::bad_input);
  plot = line_plot();
  plot.series[0].high.pop_back();
  CHECK(code_of(plot) == trm::ErrorCode::bad_input);
  plot = line_plot();
  plot.series[0].x[1] = std::numeric_limits<double>::quiet_NaN();
  CHECK(code_of(plot) == trm::ErrorCode::bad_input);
  plot = line_plot();
  plot.series[0].x[0] = 0;
  plot.log_x = true;
  CHECK(code_of(plot) == trm::ErrorCode::bad_input);
  CHECK(code_of(line_plot(), "/nonexistent/gnuplot") == trm::ErrorCode::unsupported);
  CHECK(code_of(line_plot(), "false") == trm::ErrorCode::io);
  CHECK(code_of(line_plot(), "true") == trm::ErrorCode::io);
}

TEST_CASE("a gnuplot that prints without end, or starts something that stays, costs neither memory nor time") {
  const trm::test::TempDir folder;
  const auto error_of = [&](const std::string& script) {
    const std::string program = folder / "gnuplot";
    trm::test::spill(program, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    const auto svg = draw(line_plot(), program);
    REQUIRE_FALSE(svg.ok());
    CHECK(svg.error().code == trm::ErrorCode::io);
    CHECK(svg.error().fix == "check the installation of Debian's package gnuplot-nox");
    return svg.error().message;
  };
  CHECK(error_of("exec yes") == "gnuplot printed more than 16 MiB");
  CHECK(error_of("exec tr '\\0' x < /dev/zero") == "gnuplot printed more than 16 MiB");
  CHECK(error_of("sleep 1000 & exit 0") == folder / "gnuplot drew nothing");
  CHECK(error_of("sleep 1000 & exit 7") == "gnuplot ended with status 7");
}

TEST_CASE("adapting a document without an svg element gives nothing") {
  CHECK(adapt_svg("", "p", "t").empty());
  CHECK(adapt_svg("</svg><svg", "p", "t").empty());
  CHECK(series_colour(0) == "#010100");
  CHECK(series_colour(9) == series_colour(1));
}

}  // namespace test_plot
