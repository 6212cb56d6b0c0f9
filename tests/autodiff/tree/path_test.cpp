#include <descent/autodiff/tree/path.hpp>

#include <descent/tests/catch.hpp>

using namespace descent;
using tree::Path;

TEST_CASE("path: parts are joined by dots, empty ones left out") {
  const Path root;
  const Path layers(root, "layers");
  const Path third(layers, Index{3});
  const Path same(third, "");
  const Path weight(same, "weight");
  CHECK(root.text().empty());
  CHECK(layers.text() == "layers");
  CHECK(third.text() == "layers.3");
  CHECK(same.text() == "layers.3");
  CHECK(weight.text() == "layers.3.weight");
  CHECK(weight.name() == "weight");
  CHECK(third.name().empty());
  CHECK(Path(root, Index{-2}).text() == "-2");
}

TEST_CASE("path: the hash is that of the text") {
  const Path root;
  const Path a(root, "a");
  const Path b(root, "b");
  CHECK(Path(a, Index{12}).hash() == Path(a, "12").hash());
  CHECK(Path(Path(a, ""), "w").hash() == Path(a, "w").hash());
  CHECK(Path(a, "w").hash() != Path(b, "w").hash());
  CHECK(Path(a, Index{1}).hash() != Path(a, Index{2}).hash());
  CHECK(a.hash() != root.hash());
}
