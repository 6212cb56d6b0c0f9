#include <descent/plot/machine.hpp>

#include <descent/tests/catch.hpp>

TEST_CASE("machine: it has a name and at least one thread") {
  const std::string text = descent::plot::machine_text();
  CHECK_THAT(text, Catch::Contains("thread"));
  CHECK(text.find('\n') == std::string::npos);
  CHECK(text == descent::plot::machine_text());
}
