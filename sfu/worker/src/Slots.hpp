#ifndef MERIDIAN_SLOTS_HPP
#define MERIDIAN_SLOTS_HPP

#include "Meridian/Fetch.hpp"
#include "Meridian/Switches.hpp"
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace Meridian
{
	/**
	 * Places in a row, each with an item or blank, that grow at both ends. They stand beside each other in a ring. With
	 * the patch off, each item is allocated, as a stock worker does it.
	 */
	template<typename Item>
	class Slots
	{
	public:
		Slots()
		{
			if (!IsFlat())
			{
				this->stock = std::make_unique<std::deque<std::unique_ptr<Item>>>();
			}
		}

		static bool IsFlat()
		{
			static const bool isOn = IsOn("flat-history");

			return isOn;
		}

		size_t Size() const
		{
			return this->stock ? this->stock->size() : this->count;
		}

		/** Returns the item of a place below Size(), or nullptr when it is blank. */
		Item* At(size_t index) const
		{
			if (this->stock)
			{
				return (*this->stock)[index].get();
			}

			auto& slot = this->ring[PlaceOf(index)];

			return slot ? std::addressof(*slot) : nullptr;
		}

		/** Puts a new item into a blank place below Size(). */
		Item* Fill(size_t index)
		{
			if (this->stock)
			{
				(*this->stock)[index] = std::make_unique<Item>();

				return (*this->stock)[index].get();
			}

			return std::addressof(this->ring[PlaceOf(index)].emplace());
		}

		void AddBack()
		{
			if (this->stock)
			{
				this->stock->emplace_back();

				return;
			}

			Grow();
			this->count++;
		}

		void AddFront()
		{
			if (this->stock)
			{
				this->stock->emplace_front();

				return;
			}

			Grow();
			this->first = (this->first == 0 ? this->ring.size() : this->first) - 1;
			this->count++;
		}

		void RemoveFront()
		{
			if (this->stock)
			{
				this->stock->pop_front();

				return;
			}

			this->ring[this->first].reset();
			this->first = PlaceOf(1);
			this->count--;
		}

		/** Lets the processor fetch the first two places and the one that AddBack() takes next. */
		void Prefetch() const
		{
			if (this->count < this->ring.size())
			{
				Fetch(std::addressof(this->ring[PlaceOf(this->count)]));
				Fetch(std::addressof(this->ring[this->first]));
				Fetch(std::addressof(this->ring[PlaceOf(1)]));
			}
		}

		/** Gives the memory back. */
		void Clear()
		{
			if (this->stock)
			{
				this->stock->clear();
			}

			this->ring  = std::vector<Place>();
			this->first = 0;
			this->count = 0;
		}

	private:
		/** An item or none. It fills cache lines of its own, so that it is in as few of them as can be. */
		struct alignas(64) Place : std::optional<Item>
		{
		};

		size_t PlaceOf(size_t index) const
		{
			const size_t place = this->first + index;

			return place < this->ring.size() ? place : place - this->ring.size();
		}

		void Grow()
		{
			if (this->count < this->ring.size())
			{
				return;
			}

			std::vector<Place> larger(this->count + (this->count / 2) + 16);

			for (size_t index{ 0 }; index < this->count; ++index)
			{
				larger[index] = std::move(this->ring[PlaceOf(index)]);
			}

			this->ring  = std::move(larger);
			this->first = 0;
		}

	private:
		/** Places beyond count are blank. */
		mutable std::vector<Place> ring;
		size_t first{ 0 };
		size_t count{ 0 };
		std::unique_ptr<std::deque<std::unique_ptr<Item>>> stock;
	};
} // namespace Meridian

#endif
