#include <descent/plot/table.hpp>

#include <descent/tests/catch.hpp>

using namespace descent::plot;

TEST_CASE("table: columns are aligned by what is seen") {
  const Table table = {.columns = {{"layer"}, {"parameters", Align::right}}, .rows = {{"Linear", "32 896"}, {"η", "0"}}};
  CHECK(to_text(table) ==
        " layer   parameters\n"
        " Linear      32 896\n"
        " η                0\n");
  CHECK(to_text(table, {.glyphs = Glyphs::ascii, .indent = 0}) ==
        "layer   parameters\n"
        "Linear      32 896\n"
        "eta              0\n");
}

TEST_CASE("table: too wide a table cuts its widest columns") {
  const Table table = {.columns = {{"a"}, {"b"}}, .rows = {{"short", std::string(100, 'x')}}};
  CHECK(to_text(table, {.columns = 20}) == " a      b\n short  xxxxxxxxxxx…\n");
  CHECK(to_text(table, {.columns = 20, .glyphs = Glyphs::ascii}) == " a      b\n short  xxxxxxxxxxx~\n");
}

TEST_CASE("table: cells cannot move the cursor or break the row") {
  CHECK(to_text({.columns = {{"a\nb"}}, .rows = {{"\x1b[1m"}}}) == " a b\n \uFFFD[1m\n");
}

TEST_CASE("table: mistakes have their sentences") {
  CHECK_THROWS_WITH(to_text({}), "table: no columns; give it at least one");
  CHECK_THROWS_WITH(to_text({.columns = {{"a"}, {"b"}}, .rows = {{"1", "2"}, {"1"}}}),
                    "table: row 1 has 1 cells for 2 columns; give one for each");
}
