#pragma once

#include <string>
#include <string_view>

namespace descent::test {

/// Why a text is not well-formed XML: "" when it is. Knows elements, attributes, entities and comments, which is all that we write.
std::string xml_fault(std::string_view text);

/// How often one text occurs in another.
int count_of(std::string_view text, std::string_view part);

}  // namespace descent::test
