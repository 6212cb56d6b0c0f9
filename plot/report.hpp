#pragma once

#include <optional>
#include <string>
#include <vector>

#include <descent/plot/figure.hpp>
#include <descent/plot/image.hpp>
#include <descent/plot/table.hpp>

namespace descent::inline v1::plot {

/// A picture with words under it, for a row of them.
struct Picture {
  Image image = {};
  std::string caption = {};
};

/// One thing to look at: a figure, a row of pictures, or both, then a caption, then the table of the same numbers.
struct Exhibit {
  std::optional<Figure> figure = {};
  std::vector<Picture> pictures = {};
  int picture_width = 84;  ///< pixels on the page
  std::string caption = {};
  std::optional<Table> table = {};
};

struct Section {
  std::string title = {};
  std::string text = {};  ///< an empty line begins a new paragraph
  std::vector<Exhibit> exhibits = {};
};

/// Where the numbers come from, so that they can be had again.
struct Provenance {
  std::string command = {};  ///< the command line that made the report
  std::string version = {};
  std::string seed = {};
  std::string machine = {};  ///< see `machine_text` in machine.hpp
  std::string when = {};
  std::string repeat = {};  ///< a command that makes it again
};

struct Report {
  std::string title = {};
  std::string summary = {};  ///< a sentence or two under the title
  Provenance provenance = {};
  std::vector<Section> sections = {};
};

/// One HTML page that stands alone: no script, nothing from elsewhere (and it says so to the browser), light or dark as the reader prefers,
/// fit to print. Text of any origin is escaped.
/// throws  ValueError, as `to_svg`, `data_uri` and `check(Table)` do
std::string to_html(const Report& report);

/// Writes the page beside its final name, makes it safe on the disk and renames it: a reader sees the old file or the whole new one.
/// throws  FileError with the path and the system's reason, nothing left behind; what `to_html` throws, before any file is touched
void write_report(const std::string& path, const Report& report);

}  // namespace descent::inline v1::plot
