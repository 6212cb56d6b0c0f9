#include <descent/plot/report.hpp>

#include <iterator>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <descent/data/file.hpp>
#include <descent/plot/svg.hpp>
#include <descent/plot/text.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--page:#f4f5f8;--card:#ffffff;--text:#1c2330;--soft:#5c6675;--rule:#dde1e8;--link:#0a5ca5}
@media (prefers-color-scheme:dark){:root{
--page:#0d1014;--card:#14181f;--text:#e8ebf1;--soft:#9aa5b4;--rule:#29303b;--link:#7cc0ff}}
@media print{:root{color-scheme:light;
--page:#ffffff;--card:#ffffff;--text:#1c2330;--soft:#5c6675;--rule:#dde1e8;--link:#1c2330}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:820px;margin:0 auto;padding:40px 20px 60px}
h1{font-size:30px;line-height:1.2;margin:0 0 8px;letter-spacing:-.01em}
h2{font-size:21px;line-height:1.3;margin:52px 0 6px;padding-top:18px;border-top:1px solid var(--rule)}
p{margin:10px 0;max-width:44em}
a{color:var(--link)}
.lead{font-size:18px;color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:18px 0 0;font-size:15px}
figure{margin:22px 0 30px}
.card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:10px}
.card svg{display:block;width:100%;height:auto}
figcaption{color:var(--soft);font-size:14px;margin:8px 2px 0}
.pictures{display:flex;flex-wrap:wrap;gap:12px}
.pictures div{text-align:center;font-size:12px;line-height:1.35;color:var(--soft)}
.pictures img{display:block;margin:0 auto 4px;image-rendering:pixelated;border-radius:3px}
.scroll{overflow-x:auto;margin-top:12px}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums;min-width:50%}
th,td{padding:5px 18px 5px 0;text-align:left;border-bottom:1px solid var(--rule);white-space:nowrap}
th{font-weight:600;color:var(--soft)}
th.r,td.r{text-align:right}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:22px 0 0;font-size:14px}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px}
pre{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:12px 14px;white-space:pre-wrap;overflow-wrap:anywhere}
@media print{main{max-width:none;padding:0}nav{display:none}
figure,table,pre{break-inside:avoid}h2{break-after:avoid}.card{border:0;padding:0}}
)";

class HtmlPage {
 public:
  explicit HtmlPage(const Report& report) : report_(report) {
    head();
    for (std::size_t i = 0; i < report.sections.size(); ++i) section(report.sections[i], i);
    repeat();
    add("</main>\n</body>\n</html>\n");
  }
  std::string html() && { return std::move(html_); }

 private:
  template <class... Args> void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(html_), format, std::forward<Args>(args)...);
  }

  void head() {
    const std::string title = xml_escaped(report_.title);
    html_ +=
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n";
    add("<title>{}</title>\n<style>", title);
    html_.append(kStyle).append(svg_style());
    add("</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n", title);
    if (!report_.summary.empty()) add("<p class=\"lead\">{}</p>\n", xml_escaped(report_.summary));
    contents();
    provenance();
  }

  void contents() {
    if (report_.sections.size() < 3) return;
    html_ += "<nav aria-label=\"Contents\">\n";
    for (std::size_t i = 0; i < report_.sections.size(); ++i)
      add("<a href=\"#section-{}\">{}</a>\n", i + 1, xml_escaped(report_.sections[i].title));
    html_ += "</nav>\n";
  }

  void provenance() {
    const Provenance& from = report_.provenance;
    std::string rows;
    const auto row = [&rows](const char* name, const std::string& value, const char* tag = "span") {
      if (!value.empty()) rows += fmt::format("<dt>{0}</dt><dd><{2}>{1}</{2}></dd>\n", name, xml_escaped(value), tag);
    };
    row("command", from.command, "code");
    row("version", from.version);
    row("seed", from.seed);
    row("machine", from.machine);
    row("when", from.when);
    if (!rows.empty()) add("<dl>\n{}</dl>\n", rows);
  }

  void section(const Section& section, std::size_t index) {
    add("<section id=\"section-{}\">\n<h2>{}</h2>\n", index + 1, xml_escaped(section.title));
    paragraphs(section.text);
    for (const Exhibit& e : section.exhibits) exhibit(e);
    html_ += "</section>\n";
  }

  void paragraphs(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find("\n\n"), text.size());
      if (end > 0) add("<p>{}</p>\n", xml_escaped(text.substr(0, end)));
      text.remove_prefix(std::min(end + 2, text.size()));
    }
  }

  void exhibit(const Exhibit& exhibit) {
    html_ += "<figure>\n";
    if (exhibit.figure) add("<div class=\"card\">\n{}</div>\n", to_svg(*exhibit.figure, {.style_inside = false}));
    if (!exhibit.pictures.empty()) {
      html_ += "<div class=\"card pictures\">\n";
      for (const Picture& p : exhibit.pictures) picture(p, exhibit.picture_width);
      html_ += "</div>\n";
    }
    if (!exhibit.caption.empty()) add("<figcaption>{}</figcaption>\n", xml_escaped(exhibit.caption));
    if (exhibit.table) table(*exhibit.table);
    html_ += "</figure>\n";
  }

  void picture(const Picture& picture, int width) {
    const std::string caption = xml_escaped(picture.caption);
    add("<div><img src=\"{}\" alt=\"{}\" width=\"{}\" height=\"{}\">{}</div>\n", data_uri(picture.image), caption, width,
        width * picture.image.height / picture.image.width, caption);
  }

  void table(const Table& table) {
    check(table);
    const auto side = [&](std::size_t column) { return table.columns[column].align == Align::right ? " class=\"r\"" : ""; };
    html_ += "<div class=\"scroll\"><table>\n<thead><tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) add("<th scope=\"col\"{}>{}</th>", side(i), xml_escaped(table.columns[i].head));
    html_ += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
      html_ += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) add("<td{}>{}</td>", side(i), xml_escaped(row[i]));
      html_ += "</tr>\n";
    }
    html_ += "</tbody></table></div>\n";
  }

  void repeat() {
    if (!report_.provenance.repeat.empty())
      add("<section id=\"repeat\">\n<h2>Repeat this</h2>\n<pre><code>{}</code></pre>\n</section>\n",
          xml_escaped(report_.provenance.repeat));
  }

  const Report& report_;
  std::string html_;
};

}  // namespace

std::string to_html(const Report& report) { return HtmlPage(report).html(); }

void write_report(const std::string& path, const Report& report) {
  const std::string html = to_html(report);
  const std::span<const std::byte> parts[] = {std::as_bytes(std::span(html))};
  data::write_atomically("write_report", path, parts);
}

}  // namespace descent::inline v1::plot
