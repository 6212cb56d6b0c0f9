#include <descent/autodiff/base/version.hpp>

#include <fstream>
#include <string>

#include <descent/tests/catch.hpp>

TEST_CASE("version is CMakeLists.txt's") {
  std::ifstream file(DESCENT_SOURCE_DIR "/CMakeLists.txt");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK(text.find("VERSION " + std::string(descent::version()) + " ") != std::string::npos);
}
