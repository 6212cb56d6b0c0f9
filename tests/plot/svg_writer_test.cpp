#include <descent/plot/svg_writer.hpp>

#include <descent/tests/catch.hpp>
#include <descent/tests/plot/xml.hpp>

using namespace descent::plot;

TEST_CASE("svg_writer: paths are short, relative, and do not drift") {
  PathData data;
  data.polyline({{10, 20.04}, {10.5, 19.5}, {10.54, 19.5}, {12, 19.5}});
  CHECK(data.text() == "M10 20l.5-.5l1.5 0");  // the third point is less than a tenth away; the fourth counts from the page, not from it
}

TEST_CASE("svg_writer: rings leave out tiny steps and close") {
  PathData data;
  data.ring({{0, 0}, {0.4, 0}, {5, 0}, {5, 5}});
  CHECK(data.text() == "M0 0l5 0l0 5z");
  PathData box;
  box.box({1, 2, 3, 4});
  CHECK(box.text() == "M1 2h3v4h-3z");
}

TEST_CASE("svg_writer: text is escaped and superscripts are raised digits") {
  SvgWriter out;
  out.text("f-ink", {1, 2}, Align::left, "a<b 10⁻³ c", 10);
  CHECK(out.result() ==
        "<text class=\"f-ink\" x=\"1\" y=\"2\" font-size=\"10\">a&lt;b 10<tspan dy=\"-3.6\" font-size=\"7.4\">−3</tspan>"
        "<tspan dy=\"3.6\"> c</tspan></text>\n");
  CHECK(descent::test::xml_fault(out.result()).empty());
}

TEST_CASE("svg_writer: an empty path is not written") {
  SvgWriter out;
  out.path("line", PathData());
  CHECK(out.result().empty());
}

TEST_CASE("svg_writer: widths grow with the text") {
  CHECK(text_width("", 12) == 0);
  CHECK(text_width("ii", 12) < text_width("mm", 12));
  CHECK(text_width("10⁵", 12) < text_width("105", 12));
  CHECK(cut_to("short", 100, 12) == "short");
  CHECK(cut_to("far too long a text", 40, 12).ends_with("…"));
  CHECK(text_width(cut_to("far too long a text", 40, 12), 12) <= 40);
  CHECK(px(3) == "3");
  CHECK(px(-0.25) == "-0.2");
}
