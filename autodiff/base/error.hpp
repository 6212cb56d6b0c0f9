#pragma once

#include <exception>
#include <source_location>
#include <string>

namespace descent::inline v1 {

/// Base of everything the library throws on purpose. The sentence says who, what was got, what was
/// wanted and, where there is one, a remedy: "matmul: inner sizes differ: a is [8, 3], b is [4, 5]; ...".
/// `what()` is the sentence followed by " (file.cpp:12)" when the user's line is known.
class Error : public std::exception {
 public:
  explicit Error(std::string sentence, std::source_location where = {});

  const char* what() const noexcept override { return text_.c_str(); }
  const std::string& sentence() const noexcept { return sentence_; }
  const std::source_location& where() const noexcept { return where_; }

  /// Names the user's line, unless a place nearer to the mistake has been named already.
  void locate(std::source_location where);

 private:
  std::string sentence_;
  std::string text_;
  std::source_location where_;
};

/// Shapes that do not fit each other, a rank that is wrong, a size that overflows.
struct ShapeError : Error {
  using Error::Error;
};
/// A dtype an op does not take, or reading values as another type.
struct DtypeError : Error {
  using Error::Error;
};
/// An axis or an element index out of range.
struct IndexError : Error {
  using Error::Error;
};
/// A number outside its range: a learning rate, a probability, a bound.
struct ValueError : Error {
  using Error::Error;
};
/// A tensor of another, a closed or another thread's tape; a tape used for what it was not opened for.
struct TapeError : Error {
  using Error::Error;
};
/// Reading the value of a tensor that has only a shape.
struct AbstractError : Error {
  using Error::Error;
};
/// A NaN or an infinity that appeared while an Anomaly watched.
struct AnomalyError : Error {
  using Error::Error;
};
/// Trees whose structure, names or shapes differ.
struct TreeError : Error {
  using Error::Error;
};
/// The operating system refused: open, read, write, rename.
struct FileError : Error {
  using Error::Error;
};
/// A file's content is malformed, oversized or lies about itself.
struct FormatError : Error {
  using Error::Error;
};

}  // namespace descent::inline v1
