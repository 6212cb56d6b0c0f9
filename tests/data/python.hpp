#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

namespace descent::test {

/// The Python that the build or the environment names with DESCENT_PYTHON, for tests against other people's readers.
class Python {
 public:
  /// Warns that the test is skipped when there is none with these packages.
  template <class... Package> explicit Python(const Package&... package) : command_(named()) {
    std::string imports;
    ((imports += std::string("import ") + package + "\n"), ...);
    present_ = !command_.empty() && run(imports, "");
    if (!present_) WARN("skipped: DESCENT_PYTHON names no Python with the packages that this test needs");
  }

  bool present() const { return present_; }

  /// Whether `script` ends well; its sys.argv[1] is `argument`.
  bool run(const std::string& script, const std::string& argument) const {
    const Folder folder;
    std::ofstream(folder / "script.py") << script;
    return std::system(("'" + command_ + "' '" + (folder / "script.py") + "' '" + argument + "'").c_str()) == 0;
  }

 private:
  static std::string named() {
    if (const char* named = std::getenv("DESCENT_PYTHON")) return named;
#ifdef DESCENT_PYTHON
    return DESCENT_PYTHON;
#else
    return "";
#endif
  }

  std::string command_;
  bool present_ = false;
};

}  // namespace descent::test
