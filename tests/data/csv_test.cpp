#include <descent/data/csv.hpp>

#include <clocale>
#include <cmath>
#include <random>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::Table;
using std::string_view_literals::operator""sv;

namespace {

Table parse(std::string_view text, const data::CsvOptions& options = {}) { return data::parse_csv(text, "x", options); }
std::string fault(std::string_view text, const data::CsvOptions& options = {}) {
  return sentence_of<FormatError>([&] { parse(text, options); });
}
/// The one number of the one column, read as `dtype`.
double number(const std::string& text, Dtype dtype = f64, const data::CsvOptions& options = {}) {
  return parse("a\n" + text + "\n", options).column("a", dtype).item<double>();
}
std::string number_fault(const std::string& text, Dtype dtype = f64, const data::CsvOptions& options = {}) {
  return sentence_of<FormatError>([&] { number(text, dtype, options); });
}
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("csv: rows and columns", "[data]") {
  const Table table = parse("a,b,c\n1,2,x\n3,4,y\n");
  CHECK(table.rows() == 2);
  CHECK(table.names() == Words{"a", "b", "c"});
  CHECK(table.names(1, 3) == Words{"b", "c"});
  CHECK(table.numbers({"b", "a"}).shape() == Shape{2, 2});
  CHECK(table.numbers({"b", "a"}).to_vector<float>() == std::vector<float>{2, 1, 4, 3});
  CHECK(table.column("a", i64).to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 3});
  CHECK(table.column("a").shape() == Shape{2});
  CHECK(table.text("c") == Words{"x", "y"});
}

TEST_CASE("csv: line ends, byte order mark, header, separator", "[data]") {
  CHECK(parse("a,b\r\n1,2\r\n").numbers().to_vector<int>() == std::vector{1, 2});
  CHECK(parse("\xef\xbb\xbf"
              "a\n1")
            .names() == Words{"a"});
  CHECK(parse("a\n1\n\n\r\n").rows() == 1);
  CHECK(parse("a,b\n").rows() == 0);
  CHECK(parse("a,b\n").numbers().shape() == Shape{0, 2});
  CHECK(parse("1,2\n3,4", {.header = false}).names() == Words{"0", "1"});
  CHECK(parse("1,2\n3,4", {.header = false}).rows() == 2);
  CHECK(parse("a;b\n1;2\n", {.separator = ';'}).numbers({"b"}).item<int>() == 2);
  CHECK(sentence_of<ValueError>([] { parse("a\n", {.separator = '"'}); }) ==
        "read_csv: 'x': the separator is a quote, a newline or NUL; use a comma, a semicolon, a tab or the like");
}

TEST_CASE("csv: quotes", "[data]") {
  CHECK(parse("a,b\n\"x\r\n,y\",\"he said \"\"no\"\"\"\n").text("a") == Words{"x\r\n,y"});
  CHECK(parse("a,b\n\"x\r\n,y\",\"he said \"\"no\"\"\"\n").text("b") == Words{"he said \"no\""});
  CHECK(parse("\"a \"\"1\"\"\",b\n1,2\n").names() == Words{"a \"1\"", "b"});
  CHECK(parse("a\n\"\"\n\"5\"").text("a") == Words{"", "5"});
  CHECK(parse("a\n\"5\"").column("a").item<int>() == 5);
}

TEST_CASE("csv: malformed text, with its line", "[data]") {
  CHECK(fault("") == "read_csv: 'x' is empty; a CSV file has at least one row");
  CHECK(fault("\n\n") == "read_csv: 'x' is empty; a CSV file has at least one row");
  CHECK(fault("a,b\n1,2\n1\n") == "read_csv: 'x' line 3: the row has 1 fields; the first has 2");
  CHECK(fault("a,b\n1,2,3\n") == "read_csv: 'x' line 2: the row has 3 fields; the first has 2");
  CHECK(fault("a\n\"x\n\"\n1,2\n") == "read_csv: 'x' line 4: the row has 2 fields; the first has 1");
  CHECK(fault("a,b\n1,2\n\n3,4\n") == "read_csv: 'x' line 3: the line is blank; only the end of a file may be");
  CHECK(fault("a\n1\n\"2\n3\n") == "read_csv: 'x' line 3: a quote is opened and never closed");
  CHECK(fault("a\n1\"2\n") ==
        "read_csv: 'x' line 2: a quote inside a field that does not start with one; quote the whole field and double this one");
  CHECK(fault("a\n\"1\"2\n") == "read_csv: 'x' line 2: text follows a closing quote; a separator or the end of the line must");
  CHECK(fault("a\r1\r") == "read_csv: 'x' line 1: a carriage return without a newline; end lines in \\n or \\r\\n");
  CHECK(fault(std::string_view("a\n1\0", 4)) == "read_csv: 'x' has a NUL at byte 3; it is not text");
  CHECK(fault(std::string_view("\xff\xfe"
                               "a\0",
                               4)) == "read_csv: 'x' is in UTF-16; convert it to UTF-8 first");
  CHECK(fault("a,b,a\n") == "read_csv: 'x' line 1: the column 'a' is there twice; names must differ");
  const std::string field((1 << 20) - 1, 'f');
  CHECK(parse("a\n" + field).text("a")[0] == field);
  CHECK(fault("a\n" + field + "f") == "read_csv: 'x' line 2: a field has 1048576 bytes; it must be shorter than 1 MiB");
}

TEST_CASE("csv: numbers", "[data]") {
  CHECK(number(" 1 ") == 1);
  CHECK(number("+1.5e3") == 1500);
  CHECK(number(".5") == 0.5);
  CHECK(number("4.9e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(number("0.1000000000000000055511151231257827021181583404541015625") == 0.1);
  CHECK(number("0.1", f32) == static_cast<double>(0.1F));
  CHECK(number("-9223372036854775808", i64) == -0x1p63);

  CHECK(number_fault("1.5abc") == "read_csv: 'x' line 2, column 'a': '1.5abc' is not a number");
  for (const char* text : {"0x10", "1,5", "1 2", "--1", "+-1", "+", "1e", "one", "nothing"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(number(std::string("\"") + text + "\""), FormatError);
  }
  CHECK(number_fault("1e999") == "read_csv: 'x' line 2, column 'a': '1e999' is out of the range of f64");
  CHECK(number_fault("1e39", f32) == "read_csv: 'x' line 2, column 'a': '1e39' is out of the range of f32");
  CHECK(number_fault("9223372036854775808", i64) == "read_csv: 'x' line 2, column 'a': '9223372036854775808' is out of the range of i64");
  CHECK(number_fault("2147483648", i32) == "read_csv: 'x' line 2, column 'a': '2147483648' is out of the range of i32");
  CHECK(number_fault("1.0", i64) == "read_csv: 'x' line 2, column 'a': '1.0' is not a whole number");
  CHECK(number_fault("\"\"", i64, {.missing_as_nan = true}) == "read_csv: 'x' line 2, column 'a': '' is not a whole number");
  CHECK(number_fault(std::string(50, 'z')) ==
        "read_csv: 'x' line 2, column 'a': 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz...' is not a number");
  CHECK(sentence_of<DtypeError>([] { number("1", boolean); }) == "read_csv: 'x': numbers asked for as bool; ask for f32, f64, i32 or i64");
}

TEST_CASE("csv: the error's line counts the newlines inside quotes", "[data]") {
  const Table table = parse("a,b\n\"x\ny\",1\nz,two\n");
  CHECK(sentence_of<FormatError>([&] { table.column("b"); }) == "read_csv: 'x' line 4, column 'b': 'two' is not a number");
}

TEST_CASE("csv: missing and non-finite numbers only where allowed", "[data]") {
  const data::CsvOptions missing{.missing_as_nan = true};
  const data::CsvOptions open{.non_finite = true};
  CHECK(std::isnan(parse("a,b\n,1\n", missing).column("a").item<double>()));
  CHECK(std::isnan(number(" NA ", f32, missing)));
  CHECK(number_fault("NA") == "read_csv: 'x' line 2, column 'a': the value is missing ('NA'); give one, or read with missing_as_nan");
  CHECK(number_fault("NA", f64, open) ==
        "read_csv: 'x' line 2, column 'a': the value is missing ('NA'); give one, or read with missing_as_nan");
  CHECK(number("-inf", f32, open) == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(number("NaN", f64, open)));
  CHECK(number_fault("nan") == "read_csv: 'x' line 2, column 'a': 'nan' is not finite; read with non_finite to allow it");
  CHECK(number_fault("nan", f64, missing) == "read_csv: 'x' line 2, column 'a': 'nan' is not finite; read with non_finite to allow it");
  CHECK(number_fault("1e999", f64, open) == "read_csv: 'x' line 2, column 'a': '1e999' is out of the range of f64");
}

TEST_CASE("csv: classes", "[data]") {
  const auto words = parse("c\nred\ngreen\nred\nblue\n").classes("c");
  CHECK(words.names == Words{"blue", "green", "red"});
  CHECK(words.indices.dtype() == i64);
  CHECK(words.indices.to_vector<int>() == std::vector{2, 1, 2, 0});
  CHECK(parse("c\n10\n9\n-1\n").classes("c").names == Words{"-1", "9", "10"});
  CHECK(parse("c\n10\n9\nx\n").classes("c").names == Words{"10", "9", "x"});
  CHECK(sentence_of<FormatError>([] { parse("c\nred\nNA\n").classes("c"); }) ==
        "read_csv: 'x' line 3, column 'c': the class is missing ('NA'); drop the row with without_missing");
}

TEST_CASE("csv: rows without missing values", "[data]") {
  const Table table = parse("a,b\n1,\n2,NA\n3,x\n4,y\n").without_missing({"b"});
  CHECK(table.rows() == 2);
  CHECK(table.column("a").to_vector<int>() == std::vector{3, 4});
  CHECK(sentence_of<FormatError>([&] { table.column("b"); }) == "read_csv: 'x' line 4, column 'b': 'x' is not a number");
}

TEST_CASE("csv: a column that is not there", "[data]") {
  const Table table = parse("a,b\n1,2\n");
  CHECK(sentence_of<ValueError>([&] { table.numbers({"a", "c"}); }) == "read_csv: 'x' has no column 'c'; its columns are 'a', 'b'");
  CHECK(sentence_of<IndexError>([&] { table.names(1, 3); }) == "read_csv: 'x': columns 1 to 3 are out of range; it has 2");
}

TEST_CASE("csv: the locale does not matter", "[data]") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) std::setlocale(LC_ALL, "");
  CHECK(number("1.5") == 1.5);
  CHECK_THROWS_AS(number("\"1,5\""), FormatError);
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("csv: every prefix and many mutations are read or refused, never more", "[data]") {
  const std::string good = "a,\"b \"\"1\"\"\",c\r\n1,2.5,\"x\ny\"\r\n-3,1e5,z\r\n\"4\",,NA\n";
  const auto attempt = [](const std::string& text) {
    try {
      const Table table = parse(text, {.missing_as_nan = true});
      for (const std::string& name : table.names()) table.text(name);
      table.numbers();
    } catch (const FormatError&) {}
  };
  for (std::size_t length = 0; length <= good.size(); ++length) attempt(good.substr(0, length));
  std::mt19937 random(1);
  const std::string_view alphabet = "\"\r\n,;\0 a1.-+e\xff"sv;
  for (int i = 0; i < 5000; ++i) {
    std::string text = good;
    for (int change = 0; change < 3; ++change) {
      const std::size_t at = random() % text.size();
      if (random() % 3 == 0) text.erase(at, 1);
      else if (random() % 2 == 0) text.insert(at, 1, alphabet[random() % alphabet.size()]);
      else text[at] = alphabet[random() % alphabet.size()];
    }
    attempt(text);
  }
}

TEST_CASE("csv: real files", "[data]") {
  const auto folder = shared() / "data" / "tabular";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: there is no " << folder);
    return;
  }
  const Table iris = data::read_csv(folder / "iris.csv", {.header = false});
  CHECK(iris.numbers(iris.names(0, 4)).shape() == Shape{150, 4});
  CHECK(iris.classes("4").names == Words{"Iris-setosa", "Iris-versicolor", "Iris-virginica"});

  const Table penguins = data::read_csv(folder / "penguins.csv");
  CHECK(penguins.rows() == 344);
  CHECK(penguins.without_missing({"bill_length_mm", "sex"}).rows() == 333);
  CHECK(sentence_of<FormatError>([&] {
          penguins.column("bill_length_mm");
        }).ends_with("penguins.csv' line 5, column 'bill_length_mm': the value is missing ('NA'); give one, or read with missing_as_nan"));

  const Table houses = data::read_csv(folder / "california_housing.csv", {.missing_as_nan = true});
  int missing = 0;
  for (const float rooms : houses.column("total_bedrooms").to_vector<float>()) missing += std::isnan(rooms);
  CHECK(missing == 207);
}
