#pragma once

#include <cstdint>
#include <string>

#include <descent/plot/report.hpp>

#include <descent/examples/demo/options.hpp>

namespace demo {

/// The report: a section for each scene that ran, and where its numbers come from.
class Page {
 public:
  explicit Page(const Options& options);

  void add(descent::plot::Section section) { report_.sections.push_back(std::move(section)); }
  /// The bytes written. throws descent::FileError
  std::uintmax_t write(const std::string& path) const;

 private:
  descent::plot::Report report_;
};

}  // namespace demo
