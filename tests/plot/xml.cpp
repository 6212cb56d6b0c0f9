#include <descent/tests/plot/xml.hpp>

#include <array>
#include <vector>

#include <descent/plot/text.hpp>

namespace descent::test {
namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string fault() {
    while (fault_.empty() && !text_.empty()) {
      if (text_[0] == '<') tag();
      else content();
    }
    if (fault_.empty() && !open_.empty()) fault_ = "<" + open_.back() + "> is not closed";
    if (fault_.empty() && roots_ != 1) fault_ = std::to_string(roots_) + " root elements";
    return fault_;
  }

 private:
  void fail(const std::string& what) {
    if (fault_.empty()) fault_ = what + " before: " + std::string(text_.substr(0, 40));
  }

  bool take(std::string_view start) {
    if (!text_.starts_with(start)) return false;
    text_.remove_prefix(start.size());
    return true;
  }

  std::string name() {
    std::size_t end = 0;
    while (end < text_.size() && is_name(text_[end])) ++end;
    if (end == 0) fail("a name is missing");
    std::string name(text_.substr(0, end));
    text_.remove_prefix(end);
    return name;
  }

  void blanks() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n')) text_.remove_prefix(1);
  }

  void content() {
    if (open_.empty() && text_[0] != '\n') fail("text outside the root");
    character('<');
  }

  /// Characters up to `end`: valid UTF-8, no control characters, entities spelled out.
  void character(char end) {
    while (!text_.empty() && text_[0] != end) {
      if (text_[0] == '<') return fail("a bare <");
      if (text_[0] == '&') {
        if (!entity()) return fail("an unknown entity");
        continue;
      }
      const char32_t c = plot::next_code_point(text_);
      if (c < 0x20 && c != '\n' && c != '\t') return fail("a control character");
    }
  }

  bool entity() {
    constexpr std::array<std::string_view, 5> known = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (const std::string_view one : known)
      if (take(one)) return true;
    return false;
  }

  void tag() {
    if (take("</")) {
      const std::string closed = name();
      if (open_.empty() || open_.back() != closed) return fail("</" + closed + "> closes nothing");
      open_.pop_back();
      if (!take(">")) fail("a > is missing");
      return;
    }
    take("<");
    const std::string opened = name();
    if (open_.empty()) ++roots_;
    std::vector<std::string> attributes;
    for (blanks(); fault_.empty() && !text_.empty() && text_[0] != '>' && text_[0] != '/'; blanks()) {
      const std::string attribute = name();
      for (const std::string& other : attributes)
        if (other == attribute) fail("attribute " + attribute + " twice");
      attributes.push_back(attribute);
      if (!take("=\"")) return fail("=\" is missing");
      character('"');
      if (!take("\"")) return fail("an attribute is not closed");
    }
    if (take("/>")) return;
    if (!take(">")) return fail("a > is missing");
    open_.push_back(opened);
  }

  std::string_view text_;
  std::vector<std::string> open_;
  std::string fault_;
  int roots_ = 0;
};

}  // namespace

std::string xml_fault(std::string_view text) { return Reader(text).fault(); }

int count_of(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace descent::test
