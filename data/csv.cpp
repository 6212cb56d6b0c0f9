#include <descent/data/csv.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/data/byte_reader.hpp>
#include <descent/data/file.hpp>

namespace descent::inline v1::data {
namespace {

constexpr std::size_t kFieldLimit = std::size_t{1} << 20;
constexpr std::string_view kSpaces = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

bool is_missing(std::string_view field) {
  const std::string_view text = trimmed(field);
  return text.empty() || text == "NA";
}

enum class Verdict { good, malformed, out_of_range };

/// The whole of `text` as a T. A leading plus is allowed.
template <class T> std::pair<T, Verdict> parse(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code == std::errc::invalid_argument || end != text.data() + text.size()) return {T{}, Verdict::malformed};
  return {value, code == std::errc::result_out_of_range ? Verdict::out_of_range : Verdict::good};
}

bool spells_non_finite(std::string_view text) {
  const auto first = text.find_first_not_of("+-");
  return first != std::string_view::npos && std::string_view("nNiI").find(text[first]) != std::string_view::npos;
}

/// How a field becomes an element, under the table's options.
struct NumberReader {
  const CsvOptions& options;

  template <class T> std::pair<T, Verdict> operator()(std::string_view field, TypeTag<T>) const {
    const std::string_view text = trimmed(field);
    if constexpr (std::is_integral_v<T>) {
      return parse<T>(text);
    } else {
      if (options.missing_as_nan && is_missing(text)) return {std::numeric_limits<T>::quiet_NaN(), Verdict::good};
      if (spells_non_finite(text) && !options.non_finite) return {T{}, Verdict::malformed};
      const auto [value, verdict] = parse<double>(text);
      const T narrow = static_cast<T>(value);
      const bool overflows = std::isinf(narrow) && !spells_non_finite(text);
      return {narrow, verdict == Verdict::good && overflows ? Verdict::out_of_range : verdict};
    }
  }
};

/// Why a field is no T, and the remedy.
template <class T> std::string refusal(std::string_view field, Verdict verdict) {
  constexpr bool whole = std::is_integral_v<T>;
  if (!whole && is_missing(field)) return "the value is missing (" + shown(field) + "); give one, or read with missing_as_nan";
  if (verdict == Verdict::out_of_range) return shown(field) + " is out of the range of " + std::string(name_of(dtype_of<T>));
  if (!whole && spells_non_finite(trimmed(field)) && parse<double>(trimmed(field)).second == Verdict::good)
    return shown(field) + " is not finite; read with non_finite to allow it";
  return shown(field) + (whole ? " is not a whole number" : " is not a number");
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 12; ++i) text += (i ? ", '" : "'") + names[i] + "'";
  return text + (names.size() > 12 ? ", ..." : "");
}

}  // namespace

/// One pass over the text. Fields are moved together at the front of it as they are read: what is written never
/// overtakes what is read.
class CsvParser {
 public:
  CsvParser(std::string text, const std::string& name, const CsvOptions& options) : text_(std::move(text)) {
    table_.who_ = "read_csv: '" + name + "'";
    table_.options_ = options;
  }

  Table parse() && {
    check_options();
    check_encoding();
    skip_blank_end();
    if (at_ == text_.size()) fail("is empty; a CSV file has at least one row");
    if (table_.options_.header) read_names();
    while (skip_blank_end(), at_ < text_.size()) read_record();
    text_.resize(to_);
    table_.content_ = std::move(text_);
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw FormatError(table_.who_ + " " + what); }
  [[noreturn]] void fail_here(const std::string& what) const { fail("line " + std::to_string(line_) + ": " + what); }

  void check_options() const {
    const char separator = table_.options_.separator;
    if (std::string_view("\"\r\n\0", 4).find(separator) != std::string_view::npos)
      throw ValueError(table_.who_ + ": the separator is a quote, a newline or NUL; use a comma, a semicolon, a tab or the like");
  }

  void check_encoding() {
    const std::string_view text = text_;
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) fail("is in UTF-16; convert it to UTF-8 first");
    if (text.starts_with("\xef\xbb\xbf")) at_ = 3;
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
      fail("has a NUL at byte " + std::to_string(nul) + "; it is not text");
  }

  void read_names() {
    std::size_t begin = 0;
    read_row();
    for (const std::uint32_t end : table_.ends_) {
      table_.names_.push_back(text_.substr(begin, end - begin));
      begin = end;
    }
    table_.ends_.clear();
    table_.lines_.clear();
    to_ = 0;

    auto sorted = table_.names_;
    std::ranges::sort(sorted);
    if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
      fail("line 1: the column " + shown(*twice) + " is there twice; names must differ");
  }

  void read_record() {
    const std::size_t count = read_row();
    if (table_.names_.empty())
      for (std::size_t i = 0; i < count; ++i) table_.names_.push_back(std::to_string(i));
    if (table_.names_.size() != count)
      fail("line " + std::to_string(table_.lines_.back()) + ": the row has " + std::to_string(count) + " fields; the first has " +
           std::to_string(table_.names_.size()));
  }

  /// One line's fields (more lines, where quotes hold newlines); their count.
  std::size_t read_row() {
    const std::size_t before = table_.ends_.size();
    table_.lines_.push_back(line_);
    read_field();
    while (at_ < text_.size() && text_[at_] == table_.options_.separator) {
      ++at_;
      read_field();
    }
    if (at_ < text_.size()) end_line();
    return table_.ends_.size() - before;
  }

  bool at_newline() const { return at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r'); }

  /// Blank lines are dropped where nothing else follows.
  void skip_blank_end() {
    if (!at_newline()) return;
    if (text_.find_first_not_of("\r\n", at_) != std::string::npos) fail_here("the line is blank; only the end of a file may be");
    at_ = text_.size();
  }

  void end_line() {
    if (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] != '\n'))
      fail_here("a carriage return without a newline; end lines in \\n or \\r\\n");
    at_ += text_[at_] == '\r' ? 2U : 1U;
    ++line_;
  }

  void read_field() {
    const std::size_t begin = to_;
    if (at_ < text_.size() && text_[at_] == '"') read_quoted();
    else read_plain();
    if (to_ - begin >= kFieldLimit) fail_here("a field has " + std::to_string(to_ - begin) + " bytes; it must be shorter than 1 MiB");
    table_.ends_.push_back(static_cast<std::uint32_t>(to_));
  }

  void read_plain() {
    for (; at_ < text_.size() && text_[at_] != table_.options_.separator && !at_newline(); ++at_) {
      if (text_[at_] == '"') fail_here("a quote inside a field that does not start with one; quote the whole field and double this one");
      text_[to_++] = text_[at_];
    }
  }

  void read_quoted() {
    const std::uint32_t opened = line_;
    for (++at_;; ++at_) {
      if (at_ == text_.size()) fail("line " + std::to_string(opened) + ": a quote is opened and never closed");
      if (text_[at_] == '"' && (++at_ == text_.size() || text_[at_] != '"')) break;  // a doubled quote stands for one
      line_ += text_[at_] == '\n';
      text_[to_++] = text_[at_];
    }
    if (at_ < text_.size() && text_[at_] != table_.options_.separator && !at_newline())
      fail_here("text follows a closing quote; a separator or the end of the line must");
  }

  Table table_;
  std::string text_;
  std::size_t at_ = 0;  // read up to here
  std::size_t to_ = 0;  // written up to here; to_ <= at_
  std::uint32_t line_ = 1;
};

std::string_view Table::field(std::size_t row, std::size_t column) const {
  const std::size_t i = row * names_.size() + column;
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(content_).substr(begin, ends_[i] - begin);
}

std::string Table::place(std::size_t row, std::size_t column) const {
  return who_ + " line " + std::to_string(lines_[row]) + ", column " + shown(names_[column]) + ": ";
}

std::size_t Table::find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) throw ValueError(who_ + " has no column " + shown(name) + "; its columns are " + listed(names_));
  return static_cast<std::size_t>(found - names_.begin());
}

std::vector<std::string> Table::names(Index first, Index last) const {
  if (first < 0 || first > last || last > static_cast<Index>(names_.size()))
    throw IndexError(who_ + ": columns " + std::to_string(first) + " to " + std::to_string(last) + " are out of range; it has " +
                     std::to_string(names_.size()));
  return {names_.begin() + first, names_.begin() + last};
}

Tensor Table::numbers(const std::vector<std::string>& columns, Dtype dtype) const {
  if (dtype == Dtype::boolean) throw DtypeError(who_ + ": numbers asked for as bool; ask for f32, f64, i32 or i64");
  std::vector<std::size_t> wanted;
  for (const std::string& name : columns) wanted.push_back(find(name));

  const Shape shape{rows(), static_cast<Index>(wanted.size())};
  Tensor result = Tensor::adopt(storage::allocate(shape, dtype));
  visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, bool>) {
      const NumberReader read{options_};
      T* out = reinterpret_cast<T*>(result.node()->data);
      for (std::size_t row = 0; row < lines_.size(); ++row)
        for (const std::size_t column : wanted) {
          const auto [value, verdict] = read(field(row, column), tag);
          if (verdict != Verdict::good) throw FormatError(place(row, column) + refusal<T>(field(row, column), verdict));
          *out++ = value;
        }
    }
  });
  return result;
}

Tensor Table::column(std::string_view name, Dtype dtype) const {
  const Tensor values = numbers({std::string(name)}, dtype);
  return Tensor::adopt(storage::view(values.node(), Shape{rows()}));
}

std::vector<std::string> Table::text(std::string_view name) const {
  const std::size_t column = find(name);
  std::vector<std::string> values;
  for (std::size_t row = 0; row < lines_.size(); ++row) values.emplace_back(field(row, column));
  return values;
}

Classes Table::classes(std::string_view name) const {
  const std::size_t column = find(name);
  std::map<std::string_view, std::int64_t> number_of;
  for (std::size_t row = 0; row < lines_.size(); ++row) {
    if (is_missing(field(row, column)))
      throw FormatError(place(row, column) + "the class is missing (" + shown(field(row, column)) + "); drop the row with without_missing");
    number_of.emplace(field(row, column), 0);
  }

  std::vector<std::string_view> sorted;
  for (const auto& entry : number_of) sorted.push_back(entry.first);
  const auto is_whole = [](std::string_view text) { return parse<std::int64_t>(text).second == Verdict::good; };
  if (std::ranges::all_of(sorted, is_whole))
    std::ranges::stable_sort(sorted, {}, [](std::string_view text) { return parse<std::int64_t>(text).first; });
  for (std::size_t i = 0; i < sorted.size(); ++i) number_of[sorted[i]] = static_cast<std::int64_t>(i);

  Tensor indices = Tensor::adopt(storage::allocate(Shape{rows()}, i64));
  auto* out = reinterpret_cast<std::int64_t*>(indices.node()->data);
  for (std::size_t row = 0; row < lines_.size(); ++row) out[row] = number_of.at(field(row, column));
  return {std::move(indices), {sorted.begin(), sorted.end()}};
}

Table Table::without_missing(const std::vector<std::string>& columns) const {
  std::vector<std::size_t> wanted;
  for (const std::string& name : columns) wanted.push_back(find(name));

  Table kept;
  kept.who_ = who_;
  kept.options_ = options_;
  kept.names_ = names_;
  for (std::size_t row = 0; row < lines_.size(); ++row) {
    if (std::ranges::any_of(wanted, [&](std::size_t column) { return is_missing(field(row, column)); })) continue;
    kept.lines_.push_back(lines_[row]);
    for (std::size_t column = 0; column < names_.size(); ++column) {
      kept.content_ += field(row, column);
      kept.ends_.push_back(static_cast<std::uint32_t>(kept.content_.size()));
    }
  }
  return kept;
}

Table parse_csv(std::string_view text, const std::string& name, const CsvOptions& options) {
  return CsvParser(std::string(text), name, options).parse();
}

Table read_csv(const std::string& path, const CsvOptions& options) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();  // positions are kept in 32 bits
  const auto bytes = read_file("read_csv", path, std::min(options.max_bytes, most));
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, options);
}

}  // namespace descent::inline v1::data
