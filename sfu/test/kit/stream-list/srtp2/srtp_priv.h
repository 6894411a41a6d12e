// Stands in for libsrtp's header of this name.
#pragma once
