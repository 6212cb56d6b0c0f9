#include <descent/autodiff/base/error.hpp>

#include <string_view>
#include <utility>

namespace descent::inline v1 {

Error::Error(std::string sentence, std::source_location where) : sentence_(std::move(sentence)), text_(sentence_) { locate(where); }

void Error::locate(std::source_location where) {
  if (where_.line() != 0 || where.line() == 0) return;
  where_ = where;
  std::string_view file = where.file_name();
  file.remove_prefix(file.find_last_of("/\\") + 1);  // npos + 1 is 0: the whole name
  text_ = sentence_ + " (" + std::string(file) + ":" + std::to_string(where.line()) + ")";
}

}  // namespace descent::inline v1
