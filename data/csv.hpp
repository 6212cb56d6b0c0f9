#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::data {

struct CsvOptions {
  bool header = true;  ///< the first row holds the columns' names; else they are "0", "1", ...
  char separator = ',';
  bool missing_as_nan = false;                       ///< an empty field or NA read as a floating number is NaN, not an error
  bool non_finite = false;                           ///< nan, inf and infinity, in any case, are numbers too
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< of the file; never more than 4 GiB
};

/// A column of names as numbers: row i belongs to class names[indices[i]].
struct Classes {
  Tensor indices;                  ///< i64 [rows]
  std::vector<std::string> names;  ///< sorted: by value when all are whole numbers, else by bytes
};

/// A CSV file's rows, kept as text; what a column holds is decided when it is asked for. A value; copies copy the text.
///
/// Every error names the file, the line and the column. A column that is not there is a ValueError that lists those that are.
class Table {
 public:
  Index rows() const { return static_cast<Index>(lines_.size()); }
  const std::vector<std::string>& names() const { return names_; }
  /// The names of columns first .. last - 1. throws IndexError: not 0 <= first <= last <= columns
  std::vector<std::string> names(Index first, Index last) const;

  /// shape   [rows, columns], in the order asked for
  /// dtype   f32, f64 (decimal, rounded to nearest), i32 or i64 (whole numbers); spaces around a number are skipped
  /// throws  FormatError: not such a number, out of the dtype's range, missing and not allowed; DtypeError: bool
  Tensor numbers(const std::vector<std::string>& columns, Dtype dtype = f32) const;
  Tensor numbers(Dtype dtype = f32) const { return numbers(names_, dtype); }
  /// One column, [rows].
  Tensor column(std::string_view name, Dtype dtype = f32) const;
  /// One column of names. throws FormatError: a field is missing
  Classes classes(std::string_view column) const;
  /// One column as it stands.
  std::vector<std::string> text(std::string_view column) const;

  /// The rows in which none of these columns is missing (empty or NA).
  Table without_missing(const std::vector<std::string>& columns) const;

 private:
  friend class CsvParser;

  std::size_t find(std::string_view name) const;
  std::string_view field(std::size_t row, std::size_t column) const;
  std::string place(std::size_t row, std::size_t column) const;

  std::string who_;  // "read_csv: 'iris.csv'"
  CsvOptions options_;
  std::vector<std::string> names_;
  std::string content_;               // all fields, row by row, without separators and quotes
  std::vector<std::uint32_t> ends_;   // of each field in content_
  std::vector<std::uint32_t> lines_;  // on which each row starts, from 1
};

/// A CSV file by RFC 4180: fields in quotes may hold separators, newlines and doubled quotes; lines end in \n or \r\n;
/// a UTF-8 byte order mark and blank lines at the end are dropped. No locale is asked.
///
/// cost    linear; the file is held twice while it is read
/// throws  FileError; FormatError with the line: rows of different lengths, a blank line between rows, a stray quote or
///         carriage return, a NUL, UTF-16, a column named twice, a field of 1 MiB or more, an empty file;
///         ValueError: a separator that is a quote, a newline or NUL
Table read_csv(const std::string& path, const CsvOptions& options = {});

/// The same from memory; `name` stands for the path in a sentence.
Table parse_csv(std::string_view text, const std::string& name, const CsvOptions& options = {});

}  // namespace descent::inline v1::data
