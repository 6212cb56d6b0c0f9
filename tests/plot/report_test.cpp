#include <descent/plot/report.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/contour.hpp>
#include <descent/plot/figures.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/plot/xml.hpp>

using namespace descent;
using namespace descent::plot;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

Report sample() {
  Report report = {
      .title = "a <title> & more",
      .summary = "\"quoted\"",
      .provenance = {.command = "demo --html 'a b.html' && true", .version = "0.1.0", .seed = "7", .machine = "one", .repeat = "<repeat>"}};
  Exhibit exhibit = {.figure = loss_curves({.training = {3, 2, 1}, .validation = {3, 2.5, 2.6}}), .caption = "<caption>"};
  exhibit.table = Table{.columns = {{"<head>"}, {"n", Align::right}}, .rows = {{"<cell>", "1"}}};
  Exhibit pictures = {.pictures = {{{.width = 2, .height = 1, .pixels = {0, 255}}, "9 \"taken\" for <4>"}}};
  for (int i = 0; i < 3; ++i) report.sections.push_back({"<section>", "one <p>\n\ntwo", {exhibit, pictures}});
  return report;
}

/// The body as XML: the head's elements without end are known to HTML only.
std::string body(const std::string& html) {
  const std::size_t start = html.find("<main>");
  std::string text = html.substr(start, html.find("</main>") + 7 - start);
  for (std::size_t at = text.find("<img "); at != std::string::npos; at = text.find("<img ", at + 5)) text.insert(text.find('>', at), "/");
  return text;
}

/// A folder of its own for one test.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("descent-report-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("report: it is well-formed, with every text escaped") {
  const std::string html = to_html(sample());
  CHECK(test::xml_fault(body(html)) == "");
  for (const char* bare : {"<title> &", "<section>\n<h2><", "<caption>", "<head>\n<cell>", "<cell>", "<repeat>", "<4>", "<p> "})
    CHECK(html.find(bare) == std::string::npos);
  CHECK_THAT(html, Contains("a &lt;title&gt; &amp; more") && Contains("&lt;caption&gt;") && Contains("&lt;repeat&gt;"));
  CHECK_THAT(html, Contains("<p>one &lt;p&gt;</p>\n<p>two</p>"));
}

TEST_CASE("report: it stands alone") {
  const std::string html = to_html(sample());
  CHECK(html.starts_with("<!DOCTYPE html>"));
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("<link") == std::string::npos);
  CHECK(html.find("@import") == std::string::npos);
  CHECK(test::count_of(html, "http") == test::count_of(html, "http://www.w3.org/2000/svg") + test::count_of(html, "http-equiv"));
  CHECK_THAT(html, Contains("default-src 'none'; img-src data:"));
  CHECK_THAT(html, Contains("prefers-color-scheme:dark") && Contains("@media print"));
  CHECK(test::count_of(html, "<style>") == 1);
}

TEST_CASE("report: figure, pictures, table, where it comes from and how to repeat it") {
  const std::string html = to_html(sample());
  CHECK(test::count_of(html, "<svg ") == 3);
  CHECK(test::count_of(html, "data:image/png;base64,") == 3);
  CHECK(test::count_of(html, "<table>") == 3);
  CHECK_THAT(html, Contains("<td class=\"r\">1</td>"));
  CHECK_THAT(html, Contains("<dt>seed</dt><dd><span>7</span></dd>"));
  CHECK_THAT(html, Contains("Repeat this"));
  CHECK_THAT(html, Contains("<a href=\"#section-3\">"));
}

TEST_CASE("report: a full one stays under 300 kB") {
  Report report = {.title = "full"};
  Section section = {.title = "all"};
  const Grid grid =
      sampled({-2, 2}, {-1, 3}, 80, 80, [](double x, double y) { return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x); });
  NamedPath path = {"descent", {}};
  for (int i = 0; i < 3000; ++i) path.points.push_back({1 - 2.5 * std::exp(-i / 500.0), 1 + std::sin(i * 0.3) * std::exp(-i / 400.0)});
  section.exhibits.push_back({.figure = contour_paths({.grid = grid, .paths = {path, path, path}})});
  LossCurves loss;
  for (int i = 0; i < 20000; ++i) loss.training.push_back(1 + std::sin(i * 1.7));
  section.exhibits.push_back({.figure = loss_curves(loss)});
  section.exhibits.push_back({.figure = decision_map({.classes = sampled({-1, 1}, {-1, 1}, 80, 80, [](double x, double y) {
                                                        return std::sin(9 * x) * std::cos(9 * y) > 0 ? 1.0 : 0.0;
                                                      })})});
  for (int i = 0; i < 64; ++i) {
    Image noise = {.width = 28, .height = 28};
    for (int k = 0; k < 784; ++k) noise.pixels.push_back(static_cast<std::uint8_t>((k * 7919 + i * 104729) >> 3));
    if (i == 0) section.exhibits.push_back({});
    section.exhibits.back().pictures.push_back({noise, "1 taken for 7"});
  }
  report.sections = {section};
  CHECK(to_html(report).size() < 300000);
}

TEST_CASE("report: writing replaces the file as a whole") {
  const Folder folder;
  const fs::path path = folder.path / "report.html";
  write_report(path.string(), sample());
  CHECK(content(path) == to_html(sample()));
  write_report(path.string(), {.title = "second"});
  CHECK(content(path) == to_html({.title = "second"}));
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);  // nothing left beside it
}

TEST_CASE("report: a path that cannot be written is named") {
  const Folder folder;
  const std::string path = (folder.path / "missing" / "report.html").string();
  CHECK_THROWS_AS(write_report(path, sample()), FileError);
  CHECK_THROWS_WITH(write_report(path, sample()), Contains("write_report") && Contains(path) && Contains("No such file"));
}

TEST_CASE("report: a figure that is wrong leaves the old file as it was") {
  const Folder folder;
  const fs::path path = folder.path / "report.html";
  write_report(path.string(), {.title = "old"});
  Report bad = sample();
  bad.sections[0].exhibits[0].table->rows[0].pop_back();
  CHECK_THROWS_AS(write_report(path.string(), bad), ValueError);
  bad = sample();
  bad.sections[1].exhibits[1].pictures[0].image.pixels.clear();
  CHECK_THROWS_AS(write_report(path.string(), bad), ValueError);
  CHECK(content(path) == to_html({.title = "old"}));
}
