/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const meridian = $root.meridian = (() => {

    const meridian = {};

    meridian.MediaKind = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "MEDIA_KIND_UNSPECIFIED"] = 0;
        values[valuesById[1] = "MEDIA_KIND_AUDIO"] = 1;
        values[valuesById[2] = "MEDIA_KIND_VIDEO"] = 2;
        return values;
    })();

    meridian.TrackSource = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "TRACK_SOURCE_UNSPECIFIED"] = 0;
        values[valuesById[1] = "TRACK_SOURCE_CAMERA"] = 1;
        values[valuesById[2] = "TRACK_SOURCE_MICROPHONE"] = 2;
        values[valuesById[3] = "TRACK_SOURCE_SCREEN_SHARE"] = 3;
        values[valuesById[4] = "TRACK_SOURCE_SCREEN_SHARE_AUDIO"] = 4;
        return values;
    })();

    meridian.LayerKind = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "LAYER_KIND_UNSPECIFIED"] = 0;
        values[valuesById[1] = "LAYER_KIND_SIMPLE"] = 1;
        values[valuesById[2] = "LAYER_KIND_SIMULCAST"] = 2;
        values[valuesById[3] = "LAYER_KIND_SVC"] = 3;
        return values;
    })();

    meridian.Quality = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "QUALITY_UNKNOWN"] = 0;
        values[valuesById[1] = "QUALITY_LOST"] = 1;
        values[valuesById[2] = "QUALITY_POOR"] = 2;
        values[valuesById[3] = "QUALITY_GOOD"] = 3;
        values[valuesById[4] = "QUALITY_EXCELLENT"] = 4;
        return values;
    })();

    meridian.CodecParameter = (function() {

        const CodecParameter = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        CodecParameter.prototype.key = "";
        CodecParameter.prototype.number = null;
        CodecParameter.prototype.text = null;

        let $oneOfFields;

        $Object.defineProperty(CodecParameter.prototype, "value", {
            get: $util.oneOfGetter($oneOfFields = ["number", "text"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        CodecParameter.create = function(properties) {
            return new CodecParameter(properties);
        };

        CodecParameter.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                writer.uint32(10).string(message.key);
            if (message.number != null && $Object.hasOwnProperty.call(message, "number"))
                writer.uint32(16).sint64(message.number);
            if (message.text != null && $Object.hasOwnProperty.call(message, "text"))
                writer.uint32(26).string(message.text);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        CodecParameter.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.CodecParameter();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.key = value;
                        else
                            delete message.key;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        message.number = reader.sint64();
                        message.value = "number";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.text = reader.stringVerify();
                        message.value = "text";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        CodecParameter.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.CodecParameter";
        };

        return CodecParameter;
    })();

    meridian.RtcpFeedback = (function() {

        const RtcpFeedback = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtcpFeedback.prototype.type = "";
        RtcpFeedback.prototype.parameter = "";

        RtcpFeedback.create = function(properties) {
            return new RtcpFeedback(properties);
        };

        RtcpFeedback.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                writer.uint32(10).string(message.type);
            if (message.parameter != null && $Object.hasOwnProperty.call(message, "parameter") && message.parameter !== "")
                writer.uint32(18).string(message.parameter);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtcpFeedback.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtcpFeedback();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.type = value;
                        else
                            delete message.type;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.parameter = value;
                        else
                            delete message.parameter;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtcpFeedback.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtcpFeedback";
        };

        return RtcpFeedback;
    })();

    meridian.RtpCodec = (function() {

        const RtpCodec = function (properties) {
            this.parameters = [];
            this.rtcpFeedback = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtpCodec.prototype.mimeType = "";
        RtpCodec.prototype.payloadType = 0;
        RtpCodec.prototype.clockRate = 0;
        RtpCodec.prototype.channels = 0;
        RtpCodec.prototype.parameters = $util.emptyArray;
        RtpCodec.prototype.rtcpFeedback = $util.emptyArray;

        RtpCodec.create = function(properties) {
            return new RtpCodec(properties);
        };

        RtpCodec.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.mimeType != null && $Object.hasOwnProperty.call(message, "mimeType") && message.mimeType !== "")
                writer.uint32(10).string(message.mimeType);
            if (message.payloadType != null && $Object.hasOwnProperty.call(message, "payloadType") && message.payloadType !== 0)
                writer.uint32(16).uint32(message.payloadType);
            if (message.clockRate != null && $Object.hasOwnProperty.call(message, "clockRate") && message.clockRate !== 0)
                writer.uint32(24).uint32(message.clockRate);
            if (message.channels != null && $Object.hasOwnProperty.call(message, "channels") && message.channels !== 0)
                writer.uint32(32).uint32(message.channels);
            if (message.parameters != null && message.parameters.length)
                for (let i = 0; i < message.parameters.length; ++i)
                    $root.meridian.CodecParameter.encode(message.parameters[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.rtcpFeedback != null && message.rtcpFeedback.length)
                for (let i = 0; i < message.rtcpFeedback.length; ++i)
                    $root.meridian.RtcpFeedback.encode(message.rtcpFeedback[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtpCodec.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtpCodec();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mimeType = value;
                        else
                            delete message.mimeType;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.payloadType = value;
                        else
                            delete message.payloadType;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.clockRate = value;
                        else
                            delete message.clockRate;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.channels = value;
                        else
                            delete message.channels;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.parameters && message.parameters.length))
                            message.parameters = [];
                        message.parameters.push($root.meridian.CodecParameter.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.rtcpFeedback && message.rtcpFeedback.length))
                            message.rtcpFeedback = [];
                        message.rtcpFeedback.push($root.meridian.RtcpFeedback.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtpCodec.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtpCodec";
        };

        return RtpCodec;
    })();

    meridian.RtpCodecCapability = (function() {

        const RtpCodecCapability = function (properties) {
            this.parameters = [];
            this.rtcpFeedback = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtpCodecCapability.prototype.kind = 0;
        RtpCodecCapability.prototype.mimeType = "";
        RtpCodecCapability.prototype.preferredPayloadType = 0;
        RtpCodecCapability.prototype.clockRate = 0;
        RtpCodecCapability.prototype.channels = 0;
        RtpCodecCapability.prototype.parameters = $util.emptyArray;
        RtpCodecCapability.prototype.rtcpFeedback = $util.emptyArray;

        RtpCodecCapability.create = function(properties) {
            return new RtpCodecCapability(properties);
        };

        RtpCodecCapability.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(8).int32(message.kind);
            if (message.mimeType != null && $Object.hasOwnProperty.call(message, "mimeType") && message.mimeType !== "")
                writer.uint32(18).string(message.mimeType);
            if (message.preferredPayloadType != null && $Object.hasOwnProperty.call(message, "preferredPayloadType") && message.preferredPayloadType !== 0)
                writer.uint32(24).uint32(message.preferredPayloadType);
            if (message.clockRate != null && $Object.hasOwnProperty.call(message, "clockRate") && message.clockRate !== 0)
                writer.uint32(32).uint32(message.clockRate);
            if (message.channels != null && $Object.hasOwnProperty.call(message, "channels") && message.channels !== 0)
                writer.uint32(40).uint32(message.channels);
            if (message.parameters != null && message.parameters.length)
                for (let i = 0; i < message.parameters.length; ++i)
                    $root.meridian.CodecParameter.encode(message.parameters[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.rtcpFeedback != null && message.rtcpFeedback.length)
                for (let i = 0; i < message.rtcpFeedback.length; ++i)
                    $root.meridian.RtcpFeedback.encode(message.rtcpFeedback[i], writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtpCodecCapability.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtpCodecCapability();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mimeType = value;
                        else
                            delete message.mimeType;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.preferredPayloadType = value;
                        else
                            delete message.preferredPayloadType;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.clockRate = value;
                        else
                            delete message.clockRate;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.channels = value;
                        else
                            delete message.channels;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.parameters && message.parameters.length))
                            message.parameters = [];
                        message.parameters.push($root.meridian.CodecParameter.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.rtcpFeedback && message.rtcpFeedback.length))
                            message.rtcpFeedback = [];
                        message.rtcpFeedback.push($root.meridian.RtcpFeedback.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtpCodecCapability.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtpCodecCapability";
        };

        return RtpCodecCapability;
    })();

    meridian.RtpHeaderExtension = (function() {

        const RtpHeaderExtension = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtpHeaderExtension.prototype.uri = "";
        RtpHeaderExtension.prototype.id = 0;
        RtpHeaderExtension.prototype.encrypt = false;

        RtpHeaderExtension.create = function(properties) {
            return new RtpHeaderExtension(properties);
        };

        RtpHeaderExtension.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.uri != null && $Object.hasOwnProperty.call(message, "uri") && message.uri !== "")
                writer.uint32(10).string(message.uri);
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(16).uint32(message.id);
            if (message.encrypt != null && $Object.hasOwnProperty.call(message, "encrypt") && message.encrypt !== false)
                writer.uint32(24).bool(message.encrypt);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtpHeaderExtension.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtpHeaderExtension();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.uri = value;
                        else
                            delete message.uri;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.encrypt = value;
                        else
                            delete message.encrypt;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtpHeaderExtension.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtpHeaderExtension";
        };

        return RtpHeaderExtension;
    })();

    meridian.RtpHeaderExtensionCapability = (function() {

        const RtpHeaderExtensionCapability = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtpHeaderExtensionCapability.prototype.kind = 0;
        RtpHeaderExtensionCapability.prototype.uri = "";
        RtpHeaderExtensionCapability.prototype.preferredId = 0;
        RtpHeaderExtensionCapability.prototype.preferredEncrypt = false;
        RtpHeaderExtensionCapability.prototype.direction = "";

        RtpHeaderExtensionCapability.create = function(properties) {
            return new RtpHeaderExtensionCapability(properties);
        };

        RtpHeaderExtensionCapability.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(8).int32(message.kind);
            if (message.uri != null && $Object.hasOwnProperty.call(message, "uri") && message.uri !== "")
                writer.uint32(18).string(message.uri);
            if (message.preferredId != null && $Object.hasOwnProperty.call(message, "preferredId") && message.preferredId !== 0)
                writer.uint32(24).uint32(message.preferredId);
            if (message.preferredEncrypt != null && $Object.hasOwnProperty.call(message, "preferredEncrypt") && message.preferredEncrypt !== false)
                writer.uint32(32).bool(message.preferredEncrypt);
            if (message.direction != null && $Object.hasOwnProperty.call(message, "direction") && message.direction !== "")
                writer.uint32(42).string(message.direction);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtpHeaderExtensionCapability.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtpHeaderExtensionCapability();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.uri = value;
                        else
                            delete message.uri;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.preferredId = value;
                        else
                            delete message.preferredId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.preferredEncrypt = value;
                        else
                            delete message.preferredEncrypt;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.direction = value;
                        else
                            delete message.direction;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtpHeaderExtensionCapability.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtpHeaderExtensionCapability";
        };

        return RtpHeaderExtensionCapability;
    })();

    meridian.RtpEncoding = (function() {

        const RtpEncoding = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtpEncoding.prototype.ssrc = null;
        RtpEncoding.prototype.rid = "";
        RtpEncoding.prototype.codecPayloadType = null;
        RtpEncoding.prototype.rtxSsrc = null;
        RtpEncoding.prototype.dtx = null;
        RtpEncoding.prototype.scalabilityMode = "";
        RtpEncoding.prototype.scaleResolutionDownBy = null;
        RtpEncoding.prototype.maxBitrateBps = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(RtpEncoding.prototype, "_ssrc", {
            get: $util.oneOfGetter($oneOfFields = ["ssrc"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(RtpEncoding.prototype, "_codecPayloadType", {
            get: $util.oneOfGetter($oneOfFields = ["codecPayloadType"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(RtpEncoding.prototype, "_rtxSsrc", {
            get: $util.oneOfGetter($oneOfFields = ["rtxSsrc"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(RtpEncoding.prototype, "_dtx", {
            get: $util.oneOfGetter($oneOfFields = ["dtx"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(RtpEncoding.prototype, "_scaleResolutionDownBy", {
            get: $util.oneOfGetter($oneOfFields = ["scaleResolutionDownBy"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(RtpEncoding.prototype, "_maxBitrateBps", {
            get: $util.oneOfGetter($oneOfFields = ["maxBitrateBps"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        RtpEncoding.create = function(properties) {
            return new RtpEncoding(properties);
        };

        RtpEncoding.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.ssrc != null && $Object.hasOwnProperty.call(message, "ssrc"))
                writer.uint32(8).uint32(message.ssrc);
            if (message.rid != null && $Object.hasOwnProperty.call(message, "rid") && message.rid !== "")
                writer.uint32(18).string(message.rid);
            if (message.codecPayloadType != null && $Object.hasOwnProperty.call(message, "codecPayloadType"))
                writer.uint32(24).uint32(message.codecPayloadType);
            if (message.rtxSsrc != null && $Object.hasOwnProperty.call(message, "rtxSsrc"))
                writer.uint32(32).uint32(message.rtxSsrc);
            if (message.dtx != null && $Object.hasOwnProperty.call(message, "dtx"))
                writer.uint32(40).bool(message.dtx);
            if (message.scalabilityMode != null && $Object.hasOwnProperty.call(message, "scalabilityMode") && message.scalabilityMode !== "")
                writer.uint32(50).string(message.scalabilityMode);
            if (message.scaleResolutionDownBy != null && $Object.hasOwnProperty.call(message, "scaleResolutionDownBy"))
                writer.uint32(57).double(message.scaleResolutionDownBy);
            if (message.maxBitrateBps != null && $Object.hasOwnProperty.call(message, "maxBitrateBps"))
                writer.uint32(64).uint32(message.maxBitrateBps);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtpEncoding.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtpEncoding();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        message.ssrc = reader.uint32();
                        message._ssrc = "ssrc";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.rid = value;
                        else
                            delete message.rid;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        message.codecPayloadType = reader.uint32();
                        message._codecPayloadType = "codecPayloadType";
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.rtxSsrc = reader.uint32();
                        message._rtxSsrc = "rtxSsrc";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.dtx = reader.bool();
                        message._dtx = "dtx";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.scalabilityMode = value;
                        else
                            delete message.scalabilityMode;
                        continue;
                    }
                case 7: {
                        if (wireType !== 1)
                            break;
                        message.scaleResolutionDownBy = reader.double();
                        message._scaleResolutionDownBy = "scaleResolutionDownBy";
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        message.maxBitrateBps = reader.uint32();
                        message._maxBitrateBps = "maxBitrateBps";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtpEncoding.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtpEncoding";
        };

        return RtpEncoding;
    })();

    meridian.RtpParameters = (function() {

        const RtpParameters = function (properties) {
            this.codecs = [];
            this.headerExtensions = [];
            this.encodings = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtpParameters.prototype.mid = "";
        RtpParameters.prototype.codecs = $util.emptyArray;
        RtpParameters.prototype.headerExtensions = $util.emptyArray;
        RtpParameters.prototype.encodings = $util.emptyArray;
        RtpParameters.prototype.cname = "";
        RtpParameters.prototype.reducedSizeRtcp = false;
        RtpParameters.prototype.msid = "";

        RtpParameters.create = function(properties) {
            return new RtpParameters(properties);
        };

        RtpParameters.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.mid != null && $Object.hasOwnProperty.call(message, "mid") && message.mid !== "")
                writer.uint32(10).string(message.mid);
            if (message.codecs != null && message.codecs.length)
                for (let i = 0; i < message.codecs.length; ++i)
                    $root.meridian.RtpCodec.encode(message.codecs[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.headerExtensions != null && message.headerExtensions.length)
                for (let i = 0; i < message.headerExtensions.length; ++i)
                    $root.meridian.RtpHeaderExtension.encode(message.headerExtensions[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.encodings != null && message.encodings.length)
                for (let i = 0; i < message.encodings.length; ++i)
                    $root.meridian.RtpEncoding.encode(message.encodings[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.cname != null && $Object.hasOwnProperty.call(message, "cname") && message.cname !== "")
                writer.uint32(42).string(message.cname);
            if (message.reducedSizeRtcp != null && $Object.hasOwnProperty.call(message, "reducedSizeRtcp") && message.reducedSizeRtcp !== false)
                writer.uint32(48).bool(message.reducedSizeRtcp);
            if (message.msid != null && $Object.hasOwnProperty.call(message, "msid") && message.msid !== "")
                writer.uint32(58).string(message.msid);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtpParameters.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtpParameters();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mid = value;
                        else
                            delete message.mid;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.codecs && message.codecs.length))
                            message.codecs = [];
                        message.codecs.push($root.meridian.RtpCodec.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.headerExtensions && message.headerExtensions.length))
                            message.headerExtensions = [];
                        message.headerExtensions.push($root.meridian.RtpHeaderExtension.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.encodings && message.encodings.length))
                            message.encodings = [];
                        message.encodings.push($root.meridian.RtpEncoding.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.cname = value;
                        else
                            delete message.cname;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.reducedSizeRtcp = value;
                        else
                            delete message.reducedSizeRtcp;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.msid = value;
                        else
                            delete message.msid;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtpParameters.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtpParameters";
        };

        return RtpParameters;
    })();

    meridian.RtpCapabilities = (function() {

        const RtpCapabilities = function (properties) {
            this.codecs = [];
            this.headerExtensions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RtpCapabilities.prototype.codecs = $util.emptyArray;
        RtpCapabilities.prototype.headerExtensions = $util.emptyArray;

        RtpCapabilities.create = function(properties) {
            return new RtpCapabilities(properties);
        };

        RtpCapabilities.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.codecs != null && message.codecs.length)
                for (let i = 0; i < message.codecs.length; ++i)
                    $root.meridian.RtpCodecCapability.encode(message.codecs[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.headerExtensions != null && message.headerExtensions.length)
                for (let i = 0; i < message.headerExtensions.length; ++i)
                    $root.meridian.RtpHeaderExtensionCapability.encode(message.headerExtensions[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RtpCapabilities.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RtpCapabilities();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.codecs && message.codecs.length))
                            message.codecs = [];
                        message.codecs.push($root.meridian.RtpCodecCapability.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.headerExtensions && message.headerExtensions.length))
                            message.headerExtensions = [];
                        message.headerExtensions.push($root.meridian.RtpHeaderExtensionCapability.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RtpCapabilities.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RtpCapabilities";
        };

        return RtpCapabilities;
    })();

    meridian.DtlsFingerprint = (function() {

        const DtlsFingerprint = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DtlsFingerprint.prototype.algorithm = "";
        DtlsFingerprint.prototype.value = "";

        DtlsFingerprint.create = function(properties) {
            return new DtlsFingerprint(properties);
        };

        DtlsFingerprint.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.algorithm != null && $Object.hasOwnProperty.call(message, "algorithm") && message.algorithm !== "")
                writer.uint32(10).string(message.algorithm);
            if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
                writer.uint32(18).string(message.value);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DtlsFingerprint.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.DtlsFingerprint();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.algorithm = value;
                        else
                            delete message.algorithm;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.value = value;
                        else
                            delete message.value;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        DtlsFingerprint.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.DtlsFingerprint";
        };

        return DtlsFingerprint;
    })();

    meridian.DtlsParameters = (function() {

        const DtlsParameters = function (properties) {
            this.fingerprints = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DtlsParameters.prototype.role = "";
        DtlsParameters.prototype.fingerprints = $util.emptyArray;

        DtlsParameters.create = function(properties) {
            return new DtlsParameters(properties);
        };

        DtlsParameters.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                writer.uint32(10).string(message.role);
            if (message.fingerprints != null && message.fingerprints.length)
                for (let i = 0; i < message.fingerprints.length; ++i)
                    $root.meridian.DtlsFingerprint.encode(message.fingerprints[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DtlsParameters.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.DtlsParameters();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.role = value;
                        else
                            delete message.role;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.fingerprints && message.fingerprints.length))
                            message.fingerprints = [];
                        message.fingerprints.push($root.meridian.DtlsFingerprint.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        DtlsParameters.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.DtlsParameters";
        };

        return DtlsParameters;
    })();

    meridian.IceParameters = (function() {

        const IceParameters = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        IceParameters.prototype.usernameFragment = "";
        IceParameters.prototype.password = "";
        IceParameters.prototype.iceLite = false;

        IceParameters.create = function(properties) {
            return new IceParameters(properties);
        };

        IceParameters.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.usernameFragment != null && $Object.hasOwnProperty.call(message, "usernameFragment") && message.usernameFragment !== "")
                writer.uint32(10).string(message.usernameFragment);
            if (message.password != null && $Object.hasOwnProperty.call(message, "password") && message.password !== "")
                writer.uint32(18).string(message.password);
            if (message.iceLite != null && $Object.hasOwnProperty.call(message, "iceLite") && message.iceLite !== false)
                writer.uint32(24).bool(message.iceLite);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        IceParameters.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.IceParameters();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.usernameFragment = value;
                        else
                            delete message.usernameFragment;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.password = value;
                        else
                            delete message.password;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.iceLite = value;
                        else
                            delete message.iceLite;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        IceParameters.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.IceParameters";
        };

        return IceParameters;
    })();

    meridian.IceCandidate = (function() {

        const IceCandidate = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        IceCandidate.prototype.foundation = "";
        IceCandidate.prototype.priority = 0;
        IceCandidate.prototype.address = "";
        IceCandidate.prototype.protocol = "";
        IceCandidate.prototype.port = 0;
        IceCandidate.prototype.type = "";
        IceCandidate.prototype.tcpType = "";

        IceCandidate.create = function(properties) {
            return new IceCandidate(properties);
        };

        IceCandidate.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.foundation != null && $Object.hasOwnProperty.call(message, "foundation") && message.foundation !== "")
                writer.uint32(10).string(message.foundation);
            if (message.priority != null && $Object.hasOwnProperty.call(message, "priority") && message.priority !== 0)
                writer.uint32(16).uint32(message.priority);
            if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address !== "")
                writer.uint32(26).string(message.address);
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== "")
                writer.uint32(34).string(message.protocol);
            if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                writer.uint32(40).uint32(message.port);
            if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                writer.uint32(50).string(message.type);
            if (message.tcpType != null && $Object.hasOwnProperty.call(message, "tcpType") && message.tcpType !== "")
                writer.uint32(58).string(message.tcpType);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        IceCandidate.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.IceCandidate();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.foundation = value;
                        else
                            delete message.foundation;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.priority = value;
                        else
                            delete message.priority;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.address = value;
                        else
                            delete message.address;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.protocol = value;
                        else
                            delete message.protocol;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.port = value;
                        else
                            delete message.port;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.type = value;
                        else
                            delete message.type;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.tcpType = value;
                        else
                            delete message.tcpType;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        IceCandidate.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.IceCandidate";
        };

        return IceCandidate;
    })();

    meridian.Endpoint = (function() {

        const Endpoint = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Endpoint.prototype.webrtc = null;
        Endpoint.prototype.plain = null;

        let $oneOfFields;

        $Object.defineProperty(Endpoint.prototype, "kind", {
            get: $util.oneOfGetter($oneOfFields = ["webrtc", "plain"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Endpoint.create = function(properties) {
            return new Endpoint(properties);
        };

        Endpoint.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.webrtc != null && $Object.hasOwnProperty.call(message, "webrtc"))
                $root.meridian.WebRtcEndpoint.encode(message.webrtc, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.plain != null && $Object.hasOwnProperty.call(message, "plain"))
                $root.meridian.PlainEndpoint.encode(message.plain, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Endpoint.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Endpoint();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.webrtc = $root.meridian.WebRtcEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.webrtc);
                        message.kind = "webrtc";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.plain = $root.meridian.PlainEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.plain);
                        message.kind = "plain";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Endpoint.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Endpoint";
        };

        return Endpoint;
    })();

    meridian.WebRtcEndpoint = (function() {

        const WebRtcEndpoint = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        WebRtcEndpoint.prototype.fingerprint = null;

        WebRtcEndpoint.create = function(properties) {
            return new WebRtcEndpoint(properties);
        };

        WebRtcEndpoint.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.fingerprint != null && $Object.hasOwnProperty.call(message, "fingerprint"))
                $root.meridian.DtlsFingerprint.encode(message.fingerprint, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        WebRtcEndpoint.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.WebRtcEndpoint();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.fingerprint = $root.meridian.DtlsFingerprint.decode(reader, reader.size(), $undefined, _depth + 1, message.fingerprint);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        WebRtcEndpoint.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.WebRtcEndpoint";
        };

        return WebRtcEndpoint;
    })();

    meridian.PlainEndpoint = (function() {

        const PlainEndpoint = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PlainEndpoint.prototype.ip = "";
        PlainEndpoint.prototype.port = 0;
        PlainEndpoint.prototype.srtp = null;

        PlainEndpoint.create = function(properties) {
            return new PlainEndpoint(properties);
        };

        PlainEndpoint.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.ip != null && $Object.hasOwnProperty.call(message, "ip") && message.ip !== "")
                writer.uint32(10).string(message.ip);
            if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                writer.uint32(16).uint32(message.port);
            if (message.srtp != null && $Object.hasOwnProperty.call(message, "srtp"))
                $root.meridian.SrtpParameters.encode(message.srtp, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PlainEndpoint.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.PlainEndpoint();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ip = value;
                        else
                            delete message.ip;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.port = value;
                        else
                            delete message.port;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.srtp = $root.meridian.SrtpParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.srtp);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        PlainEndpoint.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PlainEndpoint";
        };

        return PlainEndpoint;
    })();

    meridian.SrtpParameters = (function() {

        const SrtpParameters = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SrtpParameters.prototype.cryptoSuite = "";
        SrtpParameters.prototype.keyBase64 = "";

        SrtpParameters.create = function(properties) {
            return new SrtpParameters(properties);
        };

        SrtpParameters.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.cryptoSuite != null && $Object.hasOwnProperty.call(message, "cryptoSuite") && message.cryptoSuite !== "")
                writer.uint32(10).string(message.cryptoSuite);
            if (message.keyBase64 != null && $Object.hasOwnProperty.call(message, "keyBase64") && message.keyBase64 !== "")
                writer.uint32(18).string(message.keyBase64);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SrtpParameters.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SrtpParameters();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.cryptoSuite = value;
                        else
                            delete message.cryptoSuite;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.keyBase64 = value;
                        else
                            delete message.keyBase64;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SrtpParameters.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SrtpParameters";
        };

        return SrtpParameters;
    })();

    meridian.TransportInfo = (function() {

        const TransportInfo = function (properties) {
            this.iceCandidates = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TransportInfo.prototype.id = "";
        TransportInfo.prototype.iceParameters = null;
        TransportInfo.prototype.iceCandidates = $util.emptyArray;
        TransportInfo.prototype.dtlsParameters = null;
        TransportInfo.prototype.plain = null;

        TransportInfo.create = function(properties) {
            return new TransportInfo(properties);
        };

        TransportInfo.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                writer.uint32(10).string(message.id);
            if (message.iceParameters != null && $Object.hasOwnProperty.call(message, "iceParameters"))
                $root.meridian.IceParameters.encode(message.iceParameters, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.iceCandidates != null && message.iceCandidates.length)
                for (let i = 0; i < message.iceCandidates.length; ++i)
                    $root.meridian.IceCandidate.encode(message.iceCandidates[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.dtlsParameters != null && $Object.hasOwnProperty.call(message, "dtlsParameters"))
                $root.meridian.DtlsParameters.encode(message.dtlsParameters, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.plain != null && $Object.hasOwnProperty.call(message, "plain"))
                $root.meridian.PlainEndpoint.encode(message.plain, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TransportInfo.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TransportInfo();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.iceParameters = $root.meridian.IceParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.iceParameters);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.iceCandidates && message.iceCandidates.length))
                            message.iceCandidates = [];
                        message.iceCandidates.push($root.meridian.IceCandidate.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.dtlsParameters = $root.meridian.DtlsParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.dtlsParameters);
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.plain = $root.meridian.PlainEndpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.plain);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TransportInfo.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TransportInfo";
        };

        return TransportInfo;
    })();

    meridian.VideoLayer = (function() {

        const VideoLayer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        VideoLayer.prototype.spatialLayer = 0;
        VideoLayer.prototype.width = 0;
        VideoLayer.prototype.height = 0;
        VideoLayer.prototype.maxBitrateBps = 0;

        VideoLayer.create = function(properties) {
            return new VideoLayer(properties);
        };

        VideoLayer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.spatialLayer != null && $Object.hasOwnProperty.call(message, "spatialLayer") && message.spatialLayer !== 0)
                writer.uint32(8).uint32(message.spatialLayer);
            if (message.width != null && $Object.hasOwnProperty.call(message, "width") && message.width !== 0)
                writer.uint32(16).uint32(message.width);
            if (message.height != null && $Object.hasOwnProperty.call(message, "height") && message.height !== 0)
                writer.uint32(24).uint32(message.height);
            if (message.maxBitrateBps != null && $Object.hasOwnProperty.call(message, "maxBitrateBps") && message.maxBitrateBps !== 0)
                writer.uint32(32).uint32(message.maxBitrateBps);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        VideoLayer.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.VideoLayer();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.spatialLayer = value;
                        else
                            delete message.spatialLayer;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.width = value;
                        else
                            delete message.width;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.height = value;
                        else
                            delete message.height;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.maxBitrateBps = value;
                        else
                            delete message.maxBitrateBps;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        VideoLayer.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.VideoLayer";
        };

        return VideoLayer;
    })();

    meridian.TrackInfo = (function() {

        const TrackInfo = function (properties) {
            this.layers = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackInfo.prototype.trackId = "";
        TrackInfo.prototype.kind = 0;
        TrackInfo.prototype.source = 0;
        TrackInfo.prototype.name = "";
        TrackInfo.prototype.muted = false;
        TrackInfo.prototype.mimeType = "";
        TrackInfo.prototype.layerKind = 0;
        TrackInfo.prototype.layers = $util.emptyArray;
        TrackInfo.prototype.nodeId = "";
        TrackInfo.prototype.width = 0;
        TrackInfo.prototype.height = 0;
        TrackInfo.prototype.derivedFrom = "";

        TrackInfo.create = function(properties) {
            return new TrackInfo(properties);
        };

        TrackInfo.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(16).int32(message.kind);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(24).int32(message.source);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(34).string(message.name);
            if (message.muted != null && $Object.hasOwnProperty.call(message, "muted") && message.muted !== false)
                writer.uint32(40).bool(message.muted);
            if (message.mimeType != null && $Object.hasOwnProperty.call(message, "mimeType") && message.mimeType !== "")
                writer.uint32(50).string(message.mimeType);
            if (message.layerKind != null && $Object.hasOwnProperty.call(message, "layerKind") && message.layerKind !== 0)
                writer.uint32(56).int32(message.layerKind);
            if (message.layers != null && message.layers.length)
                for (let i = 0; i < message.layers.length; ++i)
                    $root.meridian.VideoLayer.encode(message.layers[i], writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(74).string(message.nodeId);
            if (message.width != null && $Object.hasOwnProperty.call(message, "width") && message.width !== 0)
                writer.uint32(80).uint32(message.width);
            if (message.height != null && $Object.hasOwnProperty.call(message, "height") && message.height !== 0)
                writer.uint32(88).uint32(message.height);
            if (message.derivedFrom != null && $Object.hasOwnProperty.call(message, "derivedFrom") && message.derivedFrom !== "")
                writer.uint32(98).string(message.derivedFrom);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackInfo.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TrackInfo();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.muted = value;
                        else
                            delete message.muted;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mimeType = value;
                        else
                            delete message.mimeType;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.layerKind = value;
                        else
                            delete message.layerKind;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.layers && message.layers.length))
                            message.layers = [];
                        message.layers.push($root.meridian.VideoLayer.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.width = value;
                        else
                            delete message.width;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.height = value;
                        else
                            delete message.height;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.derivedFrom = value;
                        else
                            delete message.derivedFrom;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TrackInfo.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackInfo";
        };

        return TrackInfo;
    })();

    meridian.AllowedSubscriber = (function() {

        const AllowedSubscriber = function (properties) {
            this.sources = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        AllowedSubscriber.prototype.identity = "";
        AllowedSubscriber.prototype.sources = $util.emptyArray;

        AllowedSubscriber.create = function(properties) {
            return new AllowedSubscriber(properties);
        };

        AllowedSubscriber.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.sources != null && message.sources.length)
                writer.uint32(18).int32s(message.sources);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        AllowedSubscriber.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.AllowedSubscriber();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 2: {
                        if (wireType === 2) {
                            if (!(message.sources && message.sources.length))
                                message.sources = [];
                            reader.int32s(message.sources);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.sources && message.sources.length))
                            message.sources = [];
                        message.sources.push(reader.int32());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        AllowedSubscriber.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.AllowedSubscriber";
        };

        return AllowedSubscriber;
    })();

    meridian.Subscribers = (function() {

        const Subscribers = function (properties) {
            this.allowed = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Subscribers.prototype.allowed = $util.emptyArray;

        Subscribers.create = function(properties) {
            return new Subscribers(properties);
        };

        Subscribers.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.allowed != null && message.allowed.length)
                for (let i = 0; i < message.allowed.length; ++i)
                    $root.meridian.AllowedSubscriber.encode(message.allowed[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Subscribers.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Subscribers();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.allowed && message.allowed.length))
                            message.allowed = [];
                        message.allowed.push($root.meridian.AllowedSubscriber.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Subscribers.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Subscribers";
        };

        return Subscribers;
    })();

    meridian.ParticipantKind = (function() {
        const valuesById = $Object.create(null), values = $Object.create(valuesById);
        values[valuesById[0] = "PARTICIPANT_KIND_STANDARD"] = 0;
        values[valuesById[1] = "PARTICIPANT_KIND_GATEWAY"] = 1;
        values[valuesById[2] = "PARTICIPANT_KIND_RECORDER"] = 2;
        values[valuesById[3] = "PARTICIPANT_KIND_AGENT"] = 3;
        return values;
    })();

    meridian.ParticipantInfo = (function() {

        const ParticipantInfo = function (properties) {
            this.tracks = [];
            this.attributes = {};
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ParticipantInfo.prototype.sessionId = "";
        ParticipantInfo.prototype.identity = "";
        ParticipantInfo.prototype.name = "";
        ParticipantInfo.prototype.metadata = "";
        ParticipantInfo.prototype.tracks = $util.emptyArray;
        ParticipantInfo.prototype.nodeId = "";
        ParticipantInfo.prototype.signalingId = "";
        ParticipantInfo.prototype.region = "";
        ParticipantInfo.prototype.joinedWallMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        ParticipantInfo.prototype.quality = 0;
        ParticipantInfo.prototype.canPublish = false;
        ParticipantInfo.prototype.canSubscribe = false;
        ParticipantInfo.prototype.canPublishData = false;
        ParticipantInfo.prototype.admin = false;
        ParticipantInfo.prototype.hidden = false;
        ParticipantInfo.prototype.kind = 0;
        ParticipantInfo.prototype.protocol = "";
        ParticipantInfo.prototype.attributes = $util.emptyObject;
        ParticipantInfo.prototype.role = "";
        ParticipantInfo.prototype.handRaisedWallMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        ParticipantInfo.prototype.tokenRights = 0;
        ParticipantInfo.prototype.subscribers = null;

        ParticipantInfo.create = function(properties) {
            return new ParticipantInfo(properties);
        };

        ParticipantInfo.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(18).string(message.identity);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(26).string(message.name);
            if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata") && message.metadata !== "")
                writer.uint32(34).string(message.metadata);
            if (message.tracks != null && message.tracks.length)
                for (let i = 0; i < message.tracks.length; ++i)
                    $root.meridian.TrackInfo.encode(message.tracks[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(50).string(message.nodeId);
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(58).string(message.signalingId);
            if (message.region != null && $Object.hasOwnProperty.call(message, "region") && message.region !== "")
                writer.uint32(66).string(message.region);
            if (message.joinedWallMs != null && $Object.hasOwnProperty.call(message, "joinedWallMs") && (typeof message.joinedWallMs === "object" ? message.joinedWallMs.low || message.joinedWallMs.high : message.joinedWallMs !== 0))
                writer.uint32(72).uint64(message.joinedWallMs);
            if (message.quality != null && $Object.hasOwnProperty.call(message, "quality") && message.quality !== 0)
                writer.uint32(80).int32(message.quality);
            if (message.canPublish != null && $Object.hasOwnProperty.call(message, "canPublish") && message.canPublish !== false)
                writer.uint32(88).bool(message.canPublish);
            if (message.canSubscribe != null && $Object.hasOwnProperty.call(message, "canSubscribe") && message.canSubscribe !== false)
                writer.uint32(96).bool(message.canSubscribe);
            if (message.canPublishData != null && $Object.hasOwnProperty.call(message, "canPublishData") && message.canPublishData !== false)
                writer.uint32(104).bool(message.canPublishData);
            if (message.admin != null && $Object.hasOwnProperty.call(message, "admin") && message.admin !== false)
                writer.uint32(112).bool(message.admin);
            if (message.hidden != null && $Object.hasOwnProperty.call(message, "hidden") && message.hidden !== false)
                writer.uint32(120).bool(message.hidden);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(128).int32(message.kind);
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== "")
                writer.uint32(138).string(message.protocol);
            if (message.attributes != null && $Object.hasOwnProperty.call(message, "attributes"))
                for (let keys = $Object.keys(message.attributes), i = 0; i < keys.length; ++i)
                    writer.uint32(146).fork().uint32(10).string(keys[i]).uint32(18).string(message.attributes[keys[i]]).ldelim();
            if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                writer.uint32(154).string(message.role);
            if (message.handRaisedWallMs != null && $Object.hasOwnProperty.call(message, "handRaisedWallMs") && (typeof message.handRaisedWallMs === "object" ? message.handRaisedWallMs.low || message.handRaisedWallMs.high : message.handRaisedWallMs !== 0))
                writer.uint32(160).uint64(message.handRaisedWallMs);
            if (message.tokenRights != null && $Object.hasOwnProperty.call(message, "tokenRights") && message.tokenRights !== 0)
                writer.uint32(168).uint32(message.tokenRights);
            if (message.subscribers != null && $Object.hasOwnProperty.call(message, "subscribers"))
                $root.meridian.Subscribers.encode(message.subscribers, writer.uint32(178).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ParticipantInfo.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, key, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ParticipantInfo();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.metadata = value;
                        else
                            delete message.metadata;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.tracks && message.tracks.length))
                            message.tracks = [];
                        message.tracks.push($root.meridian.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingId = value;
                        else
                            delete message.signalingId;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.region = value;
                        else
                            delete message.region;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.joinedWallMs = value;
                        else
                            delete message.joinedWallMs;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.quality = value;
                        else
                            delete message.quality;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.canPublish = value;
                        else
                            delete message.canPublish;
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.canSubscribe = value;
                        else
                            delete message.canSubscribe;
                        continue;
                    }
                case 13: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.canPublishData = value;
                        else
                            delete message.canPublishData;
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.admin = value;
                        else
                            delete message.admin;
                        continue;
                    }
                case 15: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.hidden = value;
                        else
                            delete message.hidden;
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.protocol = value;
                        else
                            delete message.protocol;
                        continue;
                    }
                case 18: {
                        if (wireType !== 2)
                            break;
                        if (message.attributes === $util.emptyObject)
                            message.attributes = {};
                        let end2 = reader.size() + reader.pos;
                        if (end2 > reader.len)
                            throw $RangeError("index out of range");
                        reader.len = end2;
                        key = "";
                        value = "";
                        while (reader.pos < end2) {
                            let tag2 = reader.tag();
                            wireType = tag2 & 7;
                            switch (tag2 >>>= 3) {
                            case 1:
                                if (wireType !== 2)
                                    break;
                                key = reader.stringVerify();
                                continue;
                            case 2:
                                if (wireType !== 2)
                                    break;
                                value = reader.stringVerify();
                                continue;
                            }
                            reader.skipType(wireType, _depth, tag2);
                        }
                        if (reader.pos !== end2)
                            throw $RangeError("index out of range");
                        reader.len = end;
                        if (key === "__proto__")
                            $util.makeProp(message.attributes, key);
                        message.attributes[key] = value;
                        continue;
                    }
                case 19: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.role = value;
                        else
                            delete message.role;
                        continue;
                    }
                case 20: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.handRaisedWallMs = value;
                        else
                            delete message.handRaisedWallMs;
                        continue;
                    }
                case 21: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.tokenRights = value;
                        else
                            delete message.tokenRights;
                        continue;
                    }
                case 22: {
                        if (wireType !== 2)
                            break;
                        message.subscribers = $root.meridian.Subscribers.decode(reader, reader.size(), $undefined, _depth + 1, message.subscribers);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ParticipantInfo.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ParticipantInfo";
        };

        return ParticipantInfo;
    })();

    meridian.Subscription = (function() {

        const Subscription = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Subscription.prototype.consumerId = "";
        Subscription.prototype.trackId = "";
        Subscription.prototype.publisherSessionId = "";
        Subscription.prototype.kind = 0;
        Subscription.prototype.layerKind = 0;
        Subscription.prototype.rtpParameters = null;
        Subscription.prototype.producerPaused = false;
        Subscription.prototype.trackEpoch = 0;

        Subscription.create = function(properties) {
            return new Subscription(properties);
        };

        Subscription.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.consumerId != null && $Object.hasOwnProperty.call(message, "consumerId") && message.consumerId !== "")
                writer.uint32(10).string(message.consumerId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.publisherSessionId != null && $Object.hasOwnProperty.call(message, "publisherSessionId") && message.publisherSessionId !== "")
                writer.uint32(26).string(message.publisherSessionId);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(32).int32(message.kind);
            if (message.layerKind != null && $Object.hasOwnProperty.call(message, "layerKind") && message.layerKind !== 0)
                writer.uint32(40).int32(message.layerKind);
            if (message.rtpParameters != null && $Object.hasOwnProperty.call(message, "rtpParameters"))
                $root.meridian.RtpParameters.encode(message.rtpParameters, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.producerPaused != null && $Object.hasOwnProperty.call(message, "producerPaused") && message.producerPaused !== false)
                writer.uint32(56).bool(message.producerPaused);
            if (message.trackEpoch != null && $Object.hasOwnProperty.call(message, "trackEpoch") && message.trackEpoch !== 0)
                writer.uint32(64).uint32(message.trackEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Subscription.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Subscription();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.consumerId = value;
                        else
                            delete message.consumerId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.publisherSessionId = value;
                        else
                            delete message.publisherSessionId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.kind = value;
                        else
                            delete message.kind;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.layerKind = value;
                        else
                            delete message.layerKind;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.rtpParameters = $root.meridian.RtpParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.rtpParameters);
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.producerPaused = value;
                        else
                            delete message.producerPaused;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.trackEpoch = value;
                        else
                            delete message.trackEpoch;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Subscription.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Subscription";
        };

        return Subscription;
    })();

    meridian.RoomInfo = (function() {

        const RoomInfo = function (properties) {
            this.spotlight = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomInfo.prototype.metadata = "";
        RoomInfo.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomInfo.prototype.sid = "";
        RoomInfo.prototype.createdWallMs = 0;
        RoomInfo.prototype.locked = false;
        RoomInfo.prototype.lobby = false;
        RoomInfo.prototype.spotlight = $util.emptyArray;
        RoomInfo.prototype.endsWallMs = 0;

        RoomInfo.create = function(properties) {
            return new RoomInfo(properties);
        };

        RoomInfo.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata") && message.metadata !== "")
                writer.uint32(10).string(message.metadata);
            if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                writer.uint32(16).uint64(message.version);
            if (message.sid != null && $Object.hasOwnProperty.call(message, "sid") && message.sid !== "")
                writer.uint32(26).string(message.sid);
            if (message.createdWallMs != null && $Object.hasOwnProperty.call(message, "createdWallMs") && !$Object.is(message.createdWallMs, 0))
                writer.uint32(33).double(message.createdWallMs);
            if (message.locked != null && $Object.hasOwnProperty.call(message, "locked") && message.locked !== false)
                writer.uint32(40).bool(message.locked);
            if (message.lobby != null && $Object.hasOwnProperty.call(message, "lobby") && message.lobby !== false)
                writer.uint32(48).bool(message.lobby);
            if (message.spotlight != null && message.spotlight.length)
                for (let i = 0; i < message.spotlight.length; ++i)
                    writer.uint32(58).string(message.spotlight[i]);
            if (message.endsWallMs != null && $Object.hasOwnProperty.call(message, "endsWallMs") && !$Object.is(message.endsWallMs, 0))
                writer.uint32(65).double(message.endsWallMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomInfo.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RoomInfo();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.metadata = value;
                        else
                            delete message.metadata;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.version = value;
                        else
                            delete message.version;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sid = value;
                        else
                            delete message.sid;
                        continue;
                    }
                case 4: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.createdWallMs = value;
                        else
                            delete message.createdWallMs;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.locked = value;
                        else
                            delete message.locked;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.lobby = value;
                        else
                            delete message.lobby;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.spotlight && message.spotlight.length))
                            message.spotlight = [];
                        message.spotlight.push(reader.stringVerify());
                        continue;
                    }
                case 8: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.endsWallMs = value;
                        else
                            delete message.endsWallMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RoomInfo.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomInfo";
        };

        return RoomInfo;
    })();

    meridian.Speaker = (function() {

        const Speaker = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Speaker.prototype.sessionId = "";
        Speaker.prototype.levelDbov = 0;

        Speaker.create = function(properties) {
            return new Speaker(properties);
        };

        Speaker.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.levelDbov != null && $Object.hasOwnProperty.call(message, "levelDbov") && message.levelDbov !== 0)
                writer.uint32(16).sint32(message.levelDbov);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Speaker.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Speaker();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.sint32())
                            message.levelDbov = value;
                        else
                            delete message.levelDbov;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Speaker.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Speaker";
        };

        return Speaker;
    })();

    meridian.EchoTime = (function() {

        const EchoTime = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        EchoTime.prototype.signalingId = "";
        EchoTime.prototype.rttMs = 0;
        EchoTime.prototype.receipt = $util.newBuffer([]);

        EchoTime.create = function(properties) {
            return new EchoTime(properties);
        };

        EchoTime.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(10).string(message.signalingId);
            if (message.rttMs != null && $Object.hasOwnProperty.call(message, "rttMs") && !$Object.is(message.rttMs, 0))
                writer.uint32(17).double(message.rttMs);
            if (message.receipt != null && $Object.hasOwnProperty.call(message, "receipt") && message.receipt.length)
                writer.uint32(26).bytes(message.receipt);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        EchoTime.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.EchoTime();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingId = value;
                        else
                            delete message.signalingId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.rttMs = value;
                        else
                            delete message.rttMs;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.receipt = value;
                        else
                            delete message.receipt;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        EchoTime.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.EchoTime";
        };

        return EchoTime;
    })();

    meridian.SessionStats = (function() {

        const SessionStats = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SessionStats.prototype.rttMs = 0;
        SessionStats.prototype.outboundLoss = 0;
        SessionStats.prototype.inboundLoss = 0;
        SessionStats.prototype.freezeCount = 0;
        SessionStats.prototype.freezeMs = 0;
        SessionStats.prototype.jitterMs = 0;
        SessionStats.prototype.availableOutboundBps = 0;
        SessionStats.prototype.periodMs = 0;
        SessionStats.prototype.sinceJoin = null;

        SessionStats.create = function(properties) {
            return new SessionStats(properties);
        };

        SessionStats.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.rttMs != null && $Object.hasOwnProperty.call(message, "rttMs") && !$Object.is(message.rttMs, 0))
                writer.uint32(9).double(message.rttMs);
            if (message.outboundLoss != null && $Object.hasOwnProperty.call(message, "outboundLoss") && !$Object.is(message.outboundLoss, 0))
                writer.uint32(17).double(message.outboundLoss);
            if (message.inboundLoss != null && $Object.hasOwnProperty.call(message, "inboundLoss") && !$Object.is(message.inboundLoss, 0))
                writer.uint32(25).double(message.inboundLoss);
            if (message.freezeCount != null && $Object.hasOwnProperty.call(message, "freezeCount") && message.freezeCount !== 0)
                writer.uint32(32).uint32(message.freezeCount);
            if (message.freezeMs != null && $Object.hasOwnProperty.call(message, "freezeMs") && !$Object.is(message.freezeMs, 0))
                writer.uint32(41).double(message.freezeMs);
            if (message.jitterMs != null && $Object.hasOwnProperty.call(message, "jitterMs") && !$Object.is(message.jitterMs, 0))
                writer.uint32(49).double(message.jitterMs);
            if (message.availableOutboundBps != null && $Object.hasOwnProperty.call(message, "availableOutboundBps") && !$Object.is(message.availableOutboundBps, 0))
                writer.uint32(57).double(message.availableOutboundBps);
            if (message.periodMs != null && $Object.hasOwnProperty.call(message, "periodMs") && !$Object.is(message.periodMs, 0))
                writer.uint32(65).double(message.periodMs);
            if (message.sinceJoin != null && $Object.hasOwnProperty.call(message, "sinceJoin"))
                $root.meridian.SessionQuality.encode(message.sinceJoin, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SessionStats.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SessionStats();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.rttMs = value;
                        else
                            delete message.rttMs;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.outboundLoss = value;
                        else
                            delete message.outboundLoss;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.inboundLoss = value;
                        else
                            delete message.inboundLoss;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.freezeCount = value;
                        else
                            delete message.freezeCount;
                        continue;
                    }
                case 5: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.freezeMs = value;
                        else
                            delete message.freezeMs;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.jitterMs = value;
                        else
                            delete message.jitterMs;
                        continue;
                    }
                case 7: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.availableOutboundBps = value;
                        else
                            delete message.availableOutboundBps;
                        continue;
                    }
                case 8: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.periodMs = value;
                        else
                            delete message.periodMs;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.sinceJoin = $root.meridian.SessionQuality.decode(reader, reader.size(), $undefined, _depth + 1, message.sinceJoin);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SessionStats.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SessionStats";
        };

        return SessionStats;
    })();

    meridian.SessionQuality = (function() {

        const SessionQuality = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SessionQuality.prototype.measuredS = 0;
        SessionQuality.prototype.rttP50Ms = 0;
        SessionQuality.prototype.rttP95Ms = 0;
        SessionQuality.prototype.packetsSent = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionQuality.prototype.packetsSentLost = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionQuality.prototype.packetsReceived = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionQuality.prototype.packetsReceivedLost = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionQuality.prototype.bytesSent = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionQuality.prototype.bytesReceived = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionQuality.prototype.freezeCount = 0;
        SessionQuality.prototype.freezeMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionQuality.prototype.sentWidth = 0;
        SessionQuality.prototype.sentHeight = 0;
        SessionQuality.prototype.receivedWidth = 0;
        SessionQuality.prototype.receivedHeight = 0;
        SessionQuality.prototype.resumes = 0;
        SessionQuality.prototype.transport = "";
        SessionQuality.prototype.device = "";

        SessionQuality.create = function(properties) {
            return new SessionQuality(properties);
        };

        SessionQuality.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.measuredS != null && $Object.hasOwnProperty.call(message, "measuredS") && message.measuredS !== 0)
                writer.uint32(8).uint32(message.measuredS);
            if (message.rttP50Ms != null && $Object.hasOwnProperty.call(message, "rttP50Ms") && message.rttP50Ms !== 0)
                writer.uint32(16).uint32(message.rttP50Ms);
            if (message.rttP95Ms != null && $Object.hasOwnProperty.call(message, "rttP95Ms") && message.rttP95Ms !== 0)
                writer.uint32(24).uint32(message.rttP95Ms);
            if (message.packetsSent != null && $Object.hasOwnProperty.call(message, "packetsSent") && (typeof message.packetsSent === "object" ? message.packetsSent.low || message.packetsSent.high : message.packetsSent !== 0))
                writer.uint32(32).uint64(message.packetsSent);
            if (message.packetsSentLost != null && $Object.hasOwnProperty.call(message, "packetsSentLost") && (typeof message.packetsSentLost === "object" ? message.packetsSentLost.low || message.packetsSentLost.high : message.packetsSentLost !== 0))
                writer.uint32(40).uint64(message.packetsSentLost);
            if (message.packetsReceived != null && $Object.hasOwnProperty.call(message, "packetsReceived") && (typeof message.packetsReceived === "object" ? message.packetsReceived.low || message.packetsReceived.high : message.packetsReceived !== 0))
                writer.uint32(48).uint64(message.packetsReceived);
            if (message.packetsReceivedLost != null && $Object.hasOwnProperty.call(message, "packetsReceivedLost") && (typeof message.packetsReceivedLost === "object" ? message.packetsReceivedLost.low || message.packetsReceivedLost.high : message.packetsReceivedLost !== 0))
                writer.uint32(56).uint64(message.packetsReceivedLost);
            if (message.bytesSent != null && $Object.hasOwnProperty.call(message, "bytesSent") && (typeof message.bytesSent === "object" ? message.bytesSent.low || message.bytesSent.high : message.bytesSent !== 0))
                writer.uint32(64).uint64(message.bytesSent);
            if (message.bytesReceived != null && $Object.hasOwnProperty.call(message, "bytesReceived") && (typeof message.bytesReceived === "object" ? message.bytesReceived.low || message.bytesReceived.high : message.bytesReceived !== 0))
                writer.uint32(72).uint64(message.bytesReceived);
            if (message.freezeCount != null && $Object.hasOwnProperty.call(message, "freezeCount") && message.freezeCount !== 0)
                writer.uint32(80).uint32(message.freezeCount);
            if (message.freezeMs != null && $Object.hasOwnProperty.call(message, "freezeMs") && (typeof message.freezeMs === "object" ? message.freezeMs.low || message.freezeMs.high : message.freezeMs !== 0))
                writer.uint32(88).uint64(message.freezeMs);
            if (message.sentWidth != null && $Object.hasOwnProperty.call(message, "sentWidth") && message.sentWidth !== 0)
                writer.uint32(96).uint32(message.sentWidth);
            if (message.sentHeight != null && $Object.hasOwnProperty.call(message, "sentHeight") && message.sentHeight !== 0)
                writer.uint32(104).uint32(message.sentHeight);
            if (message.receivedWidth != null && $Object.hasOwnProperty.call(message, "receivedWidth") && message.receivedWidth !== 0)
                writer.uint32(112).uint32(message.receivedWidth);
            if (message.receivedHeight != null && $Object.hasOwnProperty.call(message, "receivedHeight") && message.receivedHeight !== 0)
                writer.uint32(120).uint32(message.receivedHeight);
            if (message.resumes != null && $Object.hasOwnProperty.call(message, "resumes") && message.resumes !== 0)
                writer.uint32(128).uint32(message.resumes);
            if (message.transport != null && $Object.hasOwnProperty.call(message, "transport") && message.transport !== "")
                writer.uint32(138).string(message.transport);
            if (message.device != null && $Object.hasOwnProperty.call(message, "device") && message.device !== "")
                writer.uint32(146).string(message.device);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SessionQuality.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SessionQuality();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.measuredS = value;
                        else
                            delete message.measuredS;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.rttP50Ms = value;
                        else
                            delete message.rttP50Ms;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.rttP95Ms = value;
                        else
                            delete message.rttP95Ms;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.packetsSent = value;
                        else
                            delete message.packetsSent;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.packetsSentLost = value;
                        else
                            delete message.packetsSentLost;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.packetsReceived = value;
                        else
                            delete message.packetsReceived;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.packetsReceivedLost = value;
                        else
                            delete message.packetsReceivedLost;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.bytesSent = value;
                        else
                            delete message.bytesSent;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.bytesReceived = value;
                        else
                            delete message.bytesReceived;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.freezeCount = value;
                        else
                            delete message.freezeCount;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.freezeMs = value;
                        else
                            delete message.freezeMs;
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sentWidth = value;
                        else
                            delete message.sentWidth;
                        continue;
                    }
                case 13: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sentHeight = value;
                        else
                            delete message.sentHeight;
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.receivedWidth = value;
                        else
                            delete message.receivedWidth;
                        continue;
                    }
                case 15: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.receivedHeight = value;
                        else
                            delete message.receivedHeight;
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.resumes = value;
                        else
                            delete message.resumes;
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.transport = value;
                        else
                            delete message.transport;
                        continue;
                    }
                case 18: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.device = value;
                        else
                            delete message.device;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SessionQuality.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SessionQuality";
        };

        return SessionQuality;
    })();

    meridian.ErrorInfo = (function() {

        const ErrorInfo = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ErrorInfo.prototype.code = "";
        ErrorInfo.prototype.message = "";
        ErrorInfo.prototype.retryable = false;
        ErrorInfo.prototype.retryAfterMs = 0;

        ErrorInfo.create = function(properties) {
            return new ErrorInfo(properties);
        };

        ErrorInfo.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(10).string(message.code);
            if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                writer.uint32(18).string(message.message);
            if (message.retryable != null && $Object.hasOwnProperty.call(message, "retryable") && message.retryable !== false)
                writer.uint32(24).bool(message.retryable);
            if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs") && message.retryAfterMs !== 0)
                writer.uint32(32).uint32(message.retryAfterMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ErrorInfo.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ErrorInfo();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.message = value;
                        else
                            delete message.message;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.retryable = value;
                        else
                            delete message.retryable;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.retryAfterMs = value;
                        else
                            delete message.retryAfterMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ErrorInfo.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ErrorInfo";
        };

        return ErrorInfo;
    })();

    meridian.Ack = (function() {

        const Ack = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Ack.create = function(properties) {
            return new Ack(properties);
        };

        Ack.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Ack.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Ack();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Ack.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Ack";
        };

        return Ack;
    })();

    meridian.Resume = (function() {

        const Resume = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Resume.prototype.sessionId = "";
        Resume.prototype.resumeKey = "";

        Resume.create = function(properties) {
            return new Resume(properties);
        };

        Resume.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.resumeKey != null && $Object.hasOwnProperty.call(message, "resumeKey") && message.resumeKey !== "")
                writer.uint32(18).string(message.resumeKey);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Resume.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Resume();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.resumeKey = value;
                        else
                            delete message.resumeKey;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Resume.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Resume";
        };

        return Resume;
    })();

    meridian.Join = (function() {

        const Join = function (properties) {
            this.echoTimes = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Join.prototype.protocolVersion = 0;
        Join.prototype.token = "";
        Join.prototype.sdk = "";
        Join.prototype.routerVersion = 0;
        Join.prototype.recvRtpCapabilities = null;
        Join.prototype.echoTimes = $util.emptyArray;
        Join.prototype.manualSubscribe = false;
        Join.prototype.fromCity = "";
        Join.prototype.resume = null;
        Join.prototype.priorSessionId = "";
        Join.prototype.rejoinReceipt = $util.newBuffer([]);
        Join.prototype.sendEndpoint = null;
        Join.prototype.recvEndpoint = null;
        Join.prototype.protocol = "";

        Join.create = function(properties) {
            return new Join(properties);
        };

        Join.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.protocolVersion != null && $Object.hasOwnProperty.call(message, "protocolVersion") && message.protocolVersion !== 0)
                writer.uint32(8).uint32(message.protocolVersion);
            if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                writer.uint32(18).string(message.token);
            if (message.sdk != null && $Object.hasOwnProperty.call(message, "sdk") && message.sdk !== "")
                writer.uint32(26).string(message.sdk);
            if (message.routerVersion != null && $Object.hasOwnProperty.call(message, "routerVersion") && message.routerVersion !== 0)
                writer.uint32(32).uint32(message.routerVersion);
            if (message.recvRtpCapabilities != null && $Object.hasOwnProperty.call(message, "recvRtpCapabilities"))
                $root.meridian.RtpCapabilities.encode(message.recvRtpCapabilities, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.echoTimes != null && message.echoTimes.length)
                for (let i = 0; i < message.echoTimes.length; ++i)
                    $root.meridian.EchoTime.encode(message.echoTimes[i], writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.manualSubscribe != null && $Object.hasOwnProperty.call(message, "manualSubscribe") && message.manualSubscribe !== false)
                writer.uint32(80).bool(message.manualSubscribe);
            if (message.fromCity != null && $Object.hasOwnProperty.call(message, "fromCity") && message.fromCity !== "")
                writer.uint32(90).string(message.fromCity);
            if (message.resume != null && $Object.hasOwnProperty.call(message, "resume"))
                $root.meridian.Resume.encode(message.resume, writer.uint32(98).fork(), _depth + 1).ldelim();
            if (message.priorSessionId != null && $Object.hasOwnProperty.call(message, "priorSessionId") && message.priorSessionId !== "")
                writer.uint32(106).string(message.priorSessionId);
            if (message.rejoinReceipt != null && $Object.hasOwnProperty.call(message, "rejoinReceipt") && message.rejoinReceipt.length)
                writer.uint32(114).bytes(message.rejoinReceipt);
            if (message.sendEndpoint != null && $Object.hasOwnProperty.call(message, "sendEndpoint"))
                $root.meridian.Endpoint.encode(message.sendEndpoint, writer.uint32(122).fork(), _depth + 1).ldelim();
            if (message.recvEndpoint != null && $Object.hasOwnProperty.call(message, "recvEndpoint"))
                $root.meridian.Endpoint.encode(message.recvEndpoint, writer.uint32(130).fork(), _depth + 1).ldelim();
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== "")
                writer.uint32(138).string(message.protocol);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Join.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Join();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.protocolVersion = value;
                        else
                            delete message.protocolVersion;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.token = value;
                        else
                            delete message.token;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sdk = value;
                        else
                            delete message.sdk;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.routerVersion = value;
                        else
                            delete message.routerVersion;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.recvRtpCapabilities = $root.meridian.RtpCapabilities.decode(reader, reader.size(), $undefined, _depth + 1, message.recvRtpCapabilities);
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.echoTimes && message.echoTimes.length))
                            message.echoTimes = [];
                        message.echoTimes.push($root.meridian.EchoTime.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.manualSubscribe = value;
                        else
                            delete message.manualSubscribe;
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.fromCity = value;
                        else
                            delete message.fromCity;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.resume = $root.meridian.Resume.decode(reader, reader.size(), $undefined, _depth + 1, message.resume);
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.priorSessionId = value;
                        else
                            delete message.priorSessionId;
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.rejoinReceipt = value;
                        else
                            delete message.rejoinReceipt;
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        message.sendEndpoint = $root.meridian.Endpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.sendEndpoint);
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        message.recvEndpoint = $root.meridian.Endpoint.decode(reader, reader.size(), $undefined, _depth + 1, message.recvEndpoint);
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.protocol = value;
                        else
                            delete message.protocol;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Join.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Join";
        };

        return Join;
    })();

    meridian.Place = (function() {

        const Place = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Place.prototype.nodeId = "";
        Place.prototype.hostId = "";
        Place.prototype.region = "";
        Place.prototype.city = "";
        Place.prototype.latitude = 0;
        Place.prototype.longitude = 0;

        Place.create = function(properties) {
            return new Place(properties);
        };

        Place.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(10).string(message.nodeId);
            if (message.hostId != null && $Object.hasOwnProperty.call(message, "hostId") && message.hostId !== "")
                writer.uint32(18).string(message.hostId);
            if (message.region != null && $Object.hasOwnProperty.call(message, "region") && message.region !== "")
                writer.uint32(26).string(message.region);
            if (message.city != null && $Object.hasOwnProperty.call(message, "city") && message.city !== "")
                writer.uint32(34).string(message.city);
            if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude") && !$Object.is(message.latitude, 0))
                writer.uint32(41).double(message.latitude);
            if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude") && !$Object.is(message.longitude, 0))
                writer.uint32(49).double(message.longitude);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Place.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Place();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.hostId = value;
                        else
                            delete message.hostId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.region = value;
                        else
                            delete message.region;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.city = value;
                        else
                            delete message.city;
                        continue;
                    }
                case 5: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.latitude = value;
                        else
                            delete message.latitude;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.longitude = value;
                        else
                            delete message.longitude;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Place.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Place";
        };

        return Place;
    })();

    meridian.PlacementInfo = (function() {

        const PlacementInfo = function (properties) {
            this.reasons = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PlacementInfo.prototype.decisionId = "";
        PlacementInfo.prototype.node = null;
        PlacementInfo.prototype.signalingId = "";
        PlacementInfo.prototype.signalingRegion = "";
        PlacementInfo.prototype.ownerId = "";
        PlacementInfo.prototype.roomEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        PlacementInfo.prototype.locationSource = "";
        PlacementInfo.prototype.locationRadiusKm = 0;
        PlacementInfo.prototype.locationLabel = "";
        PlacementInfo.prototype.reasons = $util.emptyArray;
        PlacementInfo.prototype.provisional = false;
        PlacementInfo.prototype.mode = "";

        PlacementInfo.create = function(properties) {
            return new PlacementInfo(properties);
        };

        PlacementInfo.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.decisionId != null && $Object.hasOwnProperty.call(message, "decisionId") && message.decisionId !== "")
                writer.uint32(10).string(message.decisionId);
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                $root.meridian.Place.encode(message.node, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(26).string(message.signalingId);
            if (message.signalingRegion != null && $Object.hasOwnProperty.call(message, "signalingRegion") && message.signalingRegion !== "")
                writer.uint32(34).string(message.signalingRegion);
            if (message.ownerId != null && $Object.hasOwnProperty.call(message, "ownerId") && message.ownerId !== "")
                writer.uint32(42).string(message.ownerId);
            if (message.roomEpoch != null && $Object.hasOwnProperty.call(message, "roomEpoch") && (typeof message.roomEpoch === "object" ? message.roomEpoch.low || message.roomEpoch.high : message.roomEpoch !== 0))
                writer.uint32(48).uint64(message.roomEpoch);
            if (message.locationSource != null && $Object.hasOwnProperty.call(message, "locationSource") && message.locationSource !== "")
                writer.uint32(58).string(message.locationSource);
            if (message.locationRadiusKm != null && $Object.hasOwnProperty.call(message, "locationRadiusKm") && !$Object.is(message.locationRadiusKm, 0))
                writer.uint32(65).double(message.locationRadiusKm);
            if (message.locationLabel != null && $Object.hasOwnProperty.call(message, "locationLabel") && message.locationLabel !== "")
                writer.uint32(74).string(message.locationLabel);
            if (message.reasons != null && message.reasons.length)
                for (let i = 0; i < message.reasons.length; ++i)
                    writer.uint32(82).string(message.reasons[i]);
            if (message.provisional != null && $Object.hasOwnProperty.call(message, "provisional") && message.provisional !== false)
                writer.uint32(88).bool(message.provisional);
            if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== "")
                writer.uint32(98).string(message.mode);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PlacementInfo.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.PlacementInfo();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.decisionId = value;
                        else
                            delete message.decisionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.node = $root.meridian.Place.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingId = value;
                        else
                            delete message.signalingId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingRegion = value;
                        else
                            delete message.signalingRegion;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ownerId = value;
                        else
                            delete message.ownerId;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.roomEpoch = value;
                        else
                            delete message.roomEpoch;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.locationSource = value;
                        else
                            delete message.locationSource;
                        continue;
                    }
                case 8: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.locationRadiusKm = value;
                        else
                            delete message.locationRadiusKm;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.locationLabel = value;
                        else
                            delete message.locationLabel;
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        if (!(message.reasons && message.reasons.length))
                            message.reasons = [];
                        message.reasons.push(reader.stringVerify());
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.provisional = value;
                        else
                            delete message.provisional;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mode = value;
                        else
                            delete message.mode;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        PlacementInfo.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PlacementInfo";
        };

        return PlacementInfo;
    })();

    meridian.PlacementPart = (function() {

        const PlacementPart = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PlacementPart.prototype.name = "";
        PlacementPart.prototype.points = 0;
        PlacementPart.prototype.pointsMax = 0;
        PlacementPart.prototype.reason = "";

        PlacementPart.create = function(properties) {
            return new PlacementPart(properties);
        };

        PlacementPart.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(10).string(message.name);
            if (message.points != null && $Object.hasOwnProperty.call(message, "points") && !$Object.is(message.points, 0))
                writer.uint32(17).double(message.points);
            if (message.pointsMax != null && $Object.hasOwnProperty.call(message, "pointsMax") && !$Object.is(message.pointsMax, 0))
                writer.uint32(25).double(message.pointsMax);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PlacementPart.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.PlacementPart();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.points = value;
                        else
                            delete message.points;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.pointsMax = value;
                        else
                            delete message.pointsMax;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        PlacementPart.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PlacementPart";
        };

        return PlacementPart;
    })();

    meridian.PlacementOption = (function() {

        const PlacementOption = function (properties) {
            this.parts = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PlacementOption.prototype.nodeId = "";
        PlacementOption.prototype.region = "";
        PlacementOption.prototype.city = "";
        PlacementOption.prototype.points = 0;
        PlacementOption.prototype.parts = $util.emptyArray;
        PlacementOption.prototype.filter = "";

        PlacementOption.create = function(properties) {
            return new PlacementOption(properties);
        };

        PlacementOption.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(10).string(message.nodeId);
            if (message.region != null && $Object.hasOwnProperty.call(message, "region") && message.region !== "")
                writer.uint32(18).string(message.region);
            if (message.city != null && $Object.hasOwnProperty.call(message, "city") && message.city !== "")
                writer.uint32(26).string(message.city);
            if (message.points != null && $Object.hasOwnProperty.call(message, "points") && !$Object.is(message.points, 0))
                writer.uint32(33).double(message.points);
            if (message.parts != null && message.parts.length)
                for (let i = 0; i < message.parts.length; ++i)
                    $root.meridian.PlacementPart.encode(message.parts[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.filter != null && $Object.hasOwnProperty.call(message, "filter") && message.filter !== "")
                writer.uint32(50).string(message.filter);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PlacementOption.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.PlacementOption();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.region = value;
                        else
                            delete message.region;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.city = value;
                        else
                            delete message.city;
                        continue;
                    }
                case 4: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.points = value;
                        else
                            delete message.points;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.parts && message.parts.length))
                            message.parts = [];
                        message.parts.push($root.meridian.PlacementPart.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.filter = value;
                        else
                            delete message.filter;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        PlacementOption.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PlacementOption";
        };

        return PlacementOption;
    })();

    meridian.ExplainPlacement = (function() {

        const ExplainPlacement = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ExplainPlacement.prototype.decisionId = "";

        ExplainPlacement.create = function(properties) {
            return new ExplainPlacement(properties);
        };

        ExplainPlacement.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.decisionId != null && $Object.hasOwnProperty.call(message, "decisionId") && message.decisionId !== "")
                writer.uint32(10).string(message.decisionId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ExplainPlacement.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ExplainPlacement();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.decisionId = value;
                        else
                            delete message.decisionId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ExplainPlacement.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ExplainPlacement";
        };

        return ExplainPlacement;
    })();

    meridian.PlacementExplained = (function() {

        const PlacementExplained = function (properties) {
            this.reasons = [];
            this.options = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PlacementExplained.prototype.decisionId = "";
        PlacementExplained.prototype.reasons = $util.emptyArray;
        PlacementExplained.prototype.options = $util.emptyArray;

        PlacementExplained.create = function(properties) {
            return new PlacementExplained(properties);
        };

        PlacementExplained.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.decisionId != null && $Object.hasOwnProperty.call(message, "decisionId") && message.decisionId !== "")
                writer.uint32(10).string(message.decisionId);
            if (message.reasons != null && message.reasons.length)
                for (let i = 0; i < message.reasons.length; ++i)
                    writer.uint32(18).string(message.reasons[i]);
            if (message.options != null && message.options.length)
                for (let i = 0; i < message.options.length; ++i)
                    $root.meridian.PlacementOption.encode(message.options[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PlacementExplained.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.PlacementExplained();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.decisionId = value;
                        else
                            delete message.decisionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.reasons && message.reasons.length))
                            message.reasons = [];
                        message.reasons.push(reader.stringVerify());
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.options && message.options.length))
                            message.options = [];
                        message.options.push($root.meridian.PlacementOption.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        PlacementExplained.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PlacementExplained";
        };

        return PlacementExplained;
    })();

    meridian.Joined = (function() {

        const Joined = function (properties) {
            this.participants = [];
            this.subscriptions = [];
            this.speakers = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Joined.prototype.sessionId = "";
        Joined.prototype.resumeKey = "";
        Joined.prototype.self = null;
        Joined.prototype.participants = $util.emptyArray;
        Joined.prototype.sendTransport = null;
        Joined.prototype.recvTransport = null;
        Joined.prototype.subscriptions = $util.emptyArray;
        Joined.prototype.placement = null;
        Joined.prototype.rosterSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Joined.prototype.pingIntervalMs = 0;
        Joined.prototype.speakers = $util.emptyArray;
        Joined.prototype.resumed = false;
        Joined.prototype.room = "";
        Joined.prototype.serverJoinMs = 0;
        Joined.prototype.roomInfo = null;
        Joined.prototype.viewers = null;
        Joined.prototype.rejoinReceipt = $util.newBuffer([]);

        Joined.create = function(properties) {
            return new Joined(properties);
        };

        Joined.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.resumeKey != null && $Object.hasOwnProperty.call(message, "resumeKey") && message.resumeKey !== "")
                writer.uint32(18).string(message.resumeKey);
            if (message.self != null && $Object.hasOwnProperty.call(message, "self"))
                $root.meridian.ParticipantInfo.encode(message.self, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.participants != null && message.participants.length)
                for (let i = 0; i < message.participants.length; ++i)
                    $root.meridian.ParticipantInfo.encode(message.participants[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.sendTransport != null && $Object.hasOwnProperty.call(message, "sendTransport"))
                $root.meridian.TransportInfo.encode(message.sendTransport, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.recvTransport != null && $Object.hasOwnProperty.call(message, "recvTransport"))
                $root.meridian.TransportInfo.encode(message.recvTransport, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.Subscription.encode(message.subscriptions[i], writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.placement != null && $Object.hasOwnProperty.call(message, "placement"))
                $root.meridian.PlacementInfo.encode(message.placement, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.rosterSeq != null && $Object.hasOwnProperty.call(message, "rosterSeq") && (typeof message.rosterSeq === "object" ? message.rosterSeq.low || message.rosterSeq.high : message.rosterSeq !== 0))
                writer.uint32(72).uint64(message.rosterSeq);
            if (message.pingIntervalMs != null && $Object.hasOwnProperty.call(message, "pingIntervalMs") && message.pingIntervalMs !== 0)
                writer.uint32(80).uint32(message.pingIntervalMs);
            if (message.speakers != null && message.speakers.length)
                for (let i = 0; i < message.speakers.length; ++i)
                    $root.meridian.Speaker.encode(message.speakers[i], writer.uint32(90).fork(), _depth + 1).ldelim();
            if (message.resumed != null && $Object.hasOwnProperty.call(message, "resumed") && message.resumed !== false)
                writer.uint32(96).bool(message.resumed);
            if (message.room != null && $Object.hasOwnProperty.call(message, "room") && message.room !== "")
                writer.uint32(106).string(message.room);
            if (message.serverJoinMs != null && $Object.hasOwnProperty.call(message, "serverJoinMs") && message.serverJoinMs !== 0)
                writer.uint32(112).uint32(message.serverJoinMs);
            if (message.rejoinReceipt != null && $Object.hasOwnProperty.call(message, "rejoinReceipt") && message.rejoinReceipt.length)
                writer.uint32(122).bytes(message.rejoinReceipt);
            if (message.roomInfo != null && $Object.hasOwnProperty.call(message, "roomInfo"))
                $root.meridian.RoomInfo.encode(message.roomInfo, writer.uint32(130).fork(), _depth + 1).ldelim();
            if (message.viewers != null && $Object.hasOwnProperty.call(message, "viewers"))
                $root.meridian.RoomViewers.encode(message.viewers, writer.uint32(138).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Joined.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Joined();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.resumeKey = value;
                        else
                            delete message.resumeKey;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.self = $root.meridian.ParticipantInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.self);
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.participants && message.participants.length))
                            message.participants = [];
                        message.participants.push($root.meridian.ParticipantInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.sendTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.sendTransport);
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.recvTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.recvTransport);
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.Subscription.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.placement = $root.meridian.PlacementInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.placement);
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.rosterSeq = value;
                        else
                            delete message.rosterSeq;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.pingIntervalMs = value;
                        else
                            delete message.pingIntervalMs;
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if (!(message.speakers && message.speakers.length))
                            message.speakers = [];
                        message.speakers.push($root.meridian.Speaker.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.resumed = value;
                        else
                            delete message.resumed;
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.room = value;
                        else
                            delete message.room;
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.serverJoinMs = value;
                        else
                            delete message.serverJoinMs;
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        message.roomInfo = $root.meridian.RoomInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.roomInfo);
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        message.viewers = $root.meridian.RoomViewers.decode(reader, reader.size(), $undefined, _depth + 1, message.viewers);
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.rejoinReceipt = value;
                        else
                            delete message.rejoinReceipt;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Joined.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Joined";
        };

        return Joined;
    })();

    meridian.Publish = (function() {

        const Publish = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Publish.prototype.track = null;
        Publish.prototype.rtpParameters = null;
        Publish.prototype.moveId = "";

        Publish.create = function(properties) {
            return new Publish(properties);
        };

        Publish.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                $root.meridian.TrackInfo.encode(message.track, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.rtpParameters != null && $Object.hasOwnProperty.call(message, "rtpParameters"))
                $root.meridian.RtpParameters.encode(message.rtpParameters, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.moveId != null && $Object.hasOwnProperty.call(message, "moveId") && message.moveId !== "")
                writer.uint32(26).string(message.moveId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Publish.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Publish();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.track = $root.meridian.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.track);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.rtpParameters = $root.meridian.RtpParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.rtpParameters);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.moveId = value;
                        else
                            delete message.moveId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Publish.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Publish";
        };

        return Publish;
    })();

    meridian.Published = (function() {

        const Published = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Published.prototype.track = null;

        Published.create = function(properties) {
            return new Published(properties);
        };

        Published.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                $root.meridian.TrackInfo.encode(message.track, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Published.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Published();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.track = $root.meridian.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.track);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Published.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Published";
        };

        return Published;
    })();

    meridian.Unpublish = (function() {

        const Unpublish = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Unpublish.prototype.trackId = "";

        Unpublish.create = function(properties) {
            return new Unpublish(properties);
        };

        Unpublish.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Unpublish.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Unpublish();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Unpublish.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Unpublish";
        };

        return Unpublish;
    })();

    meridian.SetTrackMuted = (function() {

        const SetTrackMuted = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SetTrackMuted.prototype.trackId = "";
        SetTrackMuted.prototype.muted = false;

        SetTrackMuted.create = function(properties) {
            return new SetTrackMuted(properties);
        };

        SetTrackMuted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.muted != null && $Object.hasOwnProperty.call(message, "muted") && message.muted !== false)
                writer.uint32(16).bool(message.muted);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SetTrackMuted.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SetTrackMuted();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.muted = value;
                        else
                            delete message.muted;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SetTrackMuted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SetTrackMuted";
        };

        return SetTrackMuted;
    })();

    meridian.UpdateSubscription = (function() {

        const UpdateSubscription = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UpdateSubscription.prototype.trackId = "";
        UpdateSubscription.prototype.subscribed = false;
        UpdateSubscription.prototype.paused = false;
        UpdateSubscription.prototype.spatialLayer = null;
        UpdateSubscription.prototype.temporalLayer = null;
        UpdateSubscription.prototype.priority = 0;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(UpdateSubscription.prototype, "_spatialLayer", {
            get: $util.oneOfGetter($oneOfFields = ["spatialLayer"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(UpdateSubscription.prototype, "_temporalLayer", {
            get: $util.oneOfGetter($oneOfFields = ["temporalLayer"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        UpdateSubscription.create = function(properties) {
            return new UpdateSubscription(properties);
        };

        UpdateSubscription.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.subscribed != null && $Object.hasOwnProperty.call(message, "subscribed") && message.subscribed !== false)
                writer.uint32(16).bool(message.subscribed);
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                writer.uint32(24).bool(message.paused);
            if (message.spatialLayer != null && $Object.hasOwnProperty.call(message, "spatialLayer"))
                writer.uint32(32).uint32(message.spatialLayer);
            if (message.temporalLayer != null && $Object.hasOwnProperty.call(message, "temporalLayer"))
                writer.uint32(40).uint32(message.temporalLayer);
            if (message.priority != null && $Object.hasOwnProperty.call(message, "priority") && message.priority !== 0)
                writer.uint32(48).uint32(message.priority);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        UpdateSubscription.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.UpdateSubscription();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.subscribed = value;
                        else
                            delete message.subscribed;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.paused = value;
                        else
                            delete message.paused;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.spatialLayer = reader.uint32();
                        message._spatialLayer = "spatialLayer";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.temporalLayer = reader.uint32();
                        message._temporalLayer = "temporalLayer";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.priority = value;
                        else
                            delete message.priority;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        UpdateSubscription.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.UpdateSubscription";
        };

        return UpdateSubscription;
    })();

    meridian.SubscriptionsReady = (function() {

        const SubscriptionsReady = function (properties) {
            this.consumerIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SubscriptionsReady.prototype.consumerIds = $util.emptyArray;

        SubscriptionsReady.create = function(properties) {
            return new SubscriptionsReady(properties);
        };

        SubscriptionsReady.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.consumerIds != null && message.consumerIds.length)
                for (let i = 0; i < message.consumerIds.length; ++i)
                    writer.uint32(10).string(message.consumerIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SubscriptionsReady.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SubscriptionsReady();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.consumerIds && message.consumerIds.length))
                            message.consumerIds = [];
                        message.consumerIds.push(reader.stringVerify());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SubscriptionsReady.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SubscriptionsReady";
        };

        return SubscriptionsReady;
    })();

    meridian.TrackMoveDone = (function() {

        const TrackMoveDone = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackMoveDone.prototype.trackId = "";
        TrackMoveDone.prototype.oldConsumerId = "";
        TrackMoveDone.prototype.trackEpoch = 0;

        TrackMoveDone.create = function(properties) {
            return new TrackMoveDone(properties);
        };

        TrackMoveDone.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.oldConsumerId != null && $Object.hasOwnProperty.call(message, "oldConsumerId") && message.oldConsumerId !== "")
                writer.uint32(18).string(message.oldConsumerId);
            if (message.trackEpoch != null && $Object.hasOwnProperty.call(message, "trackEpoch") && message.trackEpoch !== 0)
                writer.uint32(24).uint32(message.trackEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackMoveDone.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TrackMoveDone();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.oldConsumerId = value;
                        else
                            delete message.oldConsumerId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.trackEpoch = value;
                        else
                            delete message.trackEpoch;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TrackMoveDone.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackMoveDone";
        };

        return TrackMoveDone;
    })();

    meridian.SendData = (function() {

        const SendData = function (properties) {
            this.destinationSessionIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SendData.prototype.payload = $util.newBuffer([]);
        SendData.prototype.topic = "";
        SendData.prototype.lossy = false;
        SendData.prototype.destinationSessionIds = $util.emptyArray;

        SendData.create = function(properties) {
            return new SendData(properties);
        };

        SendData.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                writer.uint32(10).bytes(message.payload);
            if (message.topic != null && $Object.hasOwnProperty.call(message, "topic") && message.topic !== "")
                writer.uint32(18).string(message.topic);
            if (message.lossy != null && $Object.hasOwnProperty.call(message, "lossy") && message.lossy !== false)
                writer.uint32(24).bool(message.lossy);
            if (message.destinationSessionIds != null && message.destinationSessionIds.length)
                for (let i = 0; i < message.destinationSessionIds.length; ++i)
                    writer.uint32(34).string(message.destinationSessionIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SendData.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SendData();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.payload = value;
                        else
                            delete message.payload;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.topic = value;
                        else
                            delete message.topic;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.lossy = value;
                        else
                            delete message.lossy;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.destinationSessionIds && message.destinationSessionIds.length))
                            message.destinationSessionIds = [];
                        message.destinationSessionIds.push(reader.stringVerify());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SendData.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SendData";
        };

        return SendData;
    })();

    meridian.RestartIce = (function() {

        const RestartIce = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RestartIce.prototype.transportId = "";

        RestartIce.create = function(properties) {
            return new RestartIce(properties);
        };

        RestartIce.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transportId != null && $Object.hasOwnProperty.call(message, "transportId") && message.transportId !== "")
                writer.uint32(10).string(message.transportId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RestartIce.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RestartIce();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.transportId = value;
                        else
                            delete message.transportId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RestartIce.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RestartIce";
        };

        return RestartIce;
    })();

    meridian.ConnectTransport = (function() {

        const ConnectTransport = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ConnectTransport.prototype.transportId = "";
        ConnectTransport.prototype.fingerprint = null;

        ConnectTransport.create = function(properties) {
            return new ConnectTransport(properties);
        };

        ConnectTransport.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transportId != null && $Object.hasOwnProperty.call(message, "transportId") && message.transportId !== "")
                writer.uint32(10).string(message.transportId);
            if (message.fingerprint != null && $Object.hasOwnProperty.call(message, "fingerprint"))
                $root.meridian.DtlsFingerprint.encode(message.fingerprint, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ConnectTransport.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ConnectTransport();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.transportId = value;
                        else
                            delete message.transportId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.fingerprint = $root.meridian.DtlsFingerprint.decode(reader, reader.size(), $undefined, _depth + 1, message.fingerprint);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ConnectTransport.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ConnectTransport";
        };

        return ConnectTransport;
    })();

    meridian.UpdateRoom = (function() {

        const UpdateRoom = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UpdateRoom.prototype.metadata = "";
        UpdateRoom.prototype.expectedVersion = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(UpdateRoom.prototype, "_expectedVersion", {
            get: $util.oneOfGetter($oneOfFields = ["expectedVersion"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        UpdateRoom.create = function(properties) {
            return new UpdateRoom(properties);
        };

        UpdateRoom.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata") && message.metadata !== "")
                writer.uint32(10).string(message.metadata);
            if (message.expectedVersion != null && $Object.hasOwnProperty.call(message, "expectedVersion"))
                writer.uint32(16).uint64(message.expectedVersion);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        UpdateRoom.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.UpdateRoom();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.metadata = value;
                        else
                            delete message.metadata;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        message.expectedVersion = reader.uint64();
                        message._expectedVersion = "expectedVersion";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        UpdateRoom.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.UpdateRoom";
        };

        return UpdateRoom;
    })();

    meridian.IceRestarted = (function() {

        const IceRestarted = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        IceRestarted.prototype.transportId = "";
        IceRestarted.prototype.iceParameters = null;

        IceRestarted.create = function(properties) {
            return new IceRestarted(properties);
        };

        IceRestarted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transportId != null && $Object.hasOwnProperty.call(message, "transportId") && message.transportId !== "")
                writer.uint32(10).string(message.transportId);
            if (message.iceParameters != null && $Object.hasOwnProperty.call(message, "iceParameters"))
                $root.meridian.IceParameters.encode(message.iceParameters, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        IceRestarted.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.IceRestarted();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.transportId = value;
                        else
                            delete message.transportId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.iceParameters = $root.meridian.IceParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.iceParameters);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        IceRestarted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.IceRestarted";
        };

        return IceRestarted;
    })();

    meridian.Kick = (function() {

        const Kick = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Kick.prototype.sessionId = "";
        Kick.prototype.reason = "";

        Kick.create = function(properties) {
            return new Kick(properties);
        };

        Kick.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(18).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Kick.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Kick();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Kick.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Kick";
        };

        return Kick;
    })();

    meridian.MuteParticipant = (function() {

        const MuteParticipant = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        MuteParticipant.prototype.sessionId = "";
        MuteParticipant.prototype.trackId = "";

        MuteParticipant.create = function(properties) {
            return new MuteParticipant(properties);
        };

        MuteParticipant.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        MuteParticipant.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.MuteParticipant();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        MuteParticipant.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.MuteParticipant";
        };

        return MuteParticipant;
    })();

    meridian.UpdateSelf = (function() {

        const UpdateSelf = function (properties) {
            this.attributes = {};
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UpdateSelf.prototype.name = null;
        UpdateSelf.prototype.metadata = null;
        UpdateSelf.prototype.attributes = $util.emptyObject;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(UpdateSelf.prototype, "_name", {
            get: $util.oneOfGetter($oneOfFields = ["name"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(UpdateSelf.prototype, "_metadata", {
            get: $util.oneOfGetter($oneOfFields = ["metadata"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        UpdateSelf.create = function(properties) {
            return new UpdateSelf(properties);
        };

        UpdateSelf.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                writer.uint32(10).string(message.name);
            if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                writer.uint32(18).string(message.metadata);
            if (message.attributes != null && $Object.hasOwnProperty.call(message, "attributes"))
                for (let keys = $Object.keys(message.attributes), i = 0; i < keys.length; ++i)
                    writer.uint32(26).fork().uint32(10).string(keys[i]).uint32(18).string(message.attributes[keys[i]]).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        UpdateSelf.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, key, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.UpdateSelf();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.name = reader.stringVerify();
                        message._name = "name";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.metadata = reader.stringVerify();
                        message._metadata = "metadata";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (message.attributes === $util.emptyObject)
                            message.attributes = {};
                        let end2 = reader.size() + reader.pos;
                        if (end2 > reader.len)
                            throw $RangeError("index out of range");
                        reader.len = end2;
                        key = "";
                        value = "";
                        while (reader.pos < end2) {
                            let tag2 = reader.tag();
                            wireType = tag2 & 7;
                            switch (tag2 >>>= 3) {
                            case 1:
                                if (wireType !== 2)
                                    break;
                                key = reader.stringVerify();
                                continue;
                            case 2:
                                if (wireType !== 2)
                                    break;
                                value = reader.stringVerify();
                                continue;
                            }
                            reader.skipType(wireType, _depth, tag2);
                        }
                        if (reader.pos !== end2)
                            throw $RangeError("index out of range");
                        reader.len = end;
                        if (key === "__proto__")
                            $util.makeProp(message.attributes, key);
                        message.attributes[key] = value;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        UpdateSelf.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.UpdateSelf";
        };

        return UpdateSelf;
    })();

    meridian.SetSubscribers = (function() {

        const SetSubscribers = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SetSubscribers.prototype.subscribers = null;

        SetSubscribers.create = function(properties) {
            return new SetSubscribers(properties);
        };

        SetSubscribers.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.subscribers != null && $Object.hasOwnProperty.call(message, "subscribers"))
                $root.meridian.Subscribers.encode(message.subscribers, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SetSubscribers.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SetSubscribers();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.subscribers = $root.meridian.Subscribers.decode(reader, reader.size(), $undefined, _depth + 1, message.subscribers);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SetSubscribers.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SetSubscribers";
        };

        return SetSubscribers;
    })();

    meridian.Leave = (function() {

        const Leave = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Leave.prototype.reason = "";
        Leave.prototype.quality = null;

        Leave.create = function(properties) {
            return new Leave(properties);
        };

        Leave.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(10).string(message.reason);
            if (message.quality != null && $Object.hasOwnProperty.call(message, "quality"))
                $root.meridian.SessionQuality.encode(message.quality, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Leave.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Leave();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.quality = $root.meridian.SessionQuality.decode(reader, reader.size(), $undefined, _depth + 1, message.quality);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Leave.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Leave";
        };

        return Leave;
    })();

    meridian.Ping = (function() {

        const Ping = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Ping.prototype.sentMs = 0;
        Ping.prototype.rttMs = 0;

        Ping.create = function(properties) {
            return new Ping(properties);
        };

        Ping.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sentMs != null && $Object.hasOwnProperty.call(message, "sentMs") && !$Object.is(message.sentMs, 0))
                writer.uint32(9).double(message.sentMs);
            if (message.rttMs != null && $Object.hasOwnProperty.call(message, "rttMs") && !$Object.is(message.rttMs, 0))
                writer.uint32(17).double(message.rttMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Ping.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Ping();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.sentMs = value;
                        else
                            delete message.sentMs;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.rttMs = value;
                        else
                            delete message.rttMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Ping.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Ping";
        };

        return Ping;
    })();

    meridian.Pong = (function() {

        const Pong = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Pong.prototype.sentMs = 0;

        Pong.create = function(properties) {
            return new Pong(properties);
        };

        Pong.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sentMs != null && $Object.hasOwnProperty.call(message, "sentMs") && !$Object.is(message.sentMs, 0))
                writer.uint32(9).double(message.sentMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Pong.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Pong();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.sentMs = value;
                        else
                            delete message.sentMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Pong.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Pong";
        };

        return Pong;
    })();

    meridian.EchoTimes = (function() {

        const EchoTimes = function (properties) {
            this.times = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        EchoTimes.prototype.times = $util.emptyArray;

        EchoTimes.create = function(properties) {
            return new EchoTimes(properties);
        };

        EchoTimes.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.times != null && message.times.length)
                for (let i = 0; i < message.times.length; ++i)
                    $root.meridian.EchoTime.encode(message.times[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        EchoTimes.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.EchoTimes();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.times && message.times.length))
                            message.times = [];
                        message.times.push($root.meridian.EchoTime.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        EchoTimes.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.EchoTimes";
        };

        return EchoTimes;
    })();

    meridian.MoveReady = (function() {

        const MoveReady = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        MoveReady.prototype.moveId = "";
        MoveReady.prototype.ok = false;
        MoveReady.prototype.code = "";

        MoveReady.create = function(properties) {
            return new MoveReady(properties);
        };

        MoveReady.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.moveId != null && $Object.hasOwnProperty.call(message, "moveId") && message.moveId !== "")
                writer.uint32(10).string(message.moveId);
            if (message.ok != null && $Object.hasOwnProperty.call(message, "ok") && message.ok !== false)
                writer.uint32(16).bool(message.ok);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(26).string(message.code);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        MoveReady.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.MoveReady();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.moveId = value;
                        else
                            delete message.moveId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.ok = value;
                        else
                            delete message.ok;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        MoveReady.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.MoveReady";
        };

        return MoveReady;
    })();

    meridian.RenditionRefused = (function() {

        const RenditionRefused = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RenditionRefused.prototype.trackId = "";
        RenditionRefused.prototype.mimeType = "";
        RenditionRefused.prototype.code = "";

        RenditionRefused.create = function(properties) {
            return new RenditionRefused(properties);
        };

        RenditionRefused.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.mimeType != null && $Object.hasOwnProperty.call(message, "mimeType") && message.mimeType !== "")
                writer.uint32(18).string(message.mimeType);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(26).string(message.code);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RenditionRefused.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RenditionRefused();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mimeType = value;
                        else
                            delete message.mimeType;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RenditionRefused.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RenditionRefused";
        };

        return RenditionRefused;
    })();

    meridian.Member = (function() {

        const Member = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Member.prototype.identity = "";
        Member.prototype.role = "";
        Member.prototype.canPublish = null;
        Member.prototype.canSubscribe = null;
        Member.prototype.canPublishData = null;
        Member.prototype.reset = false;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Member.prototype, "_canPublish", {
            get: $util.oneOfGetter($oneOfFields = ["canPublish"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Member.prototype, "_canSubscribe", {
            get: $util.oneOfGetter($oneOfFields = ["canSubscribe"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Member.prototype, "_canPublishData", {
            get: $util.oneOfGetter($oneOfFields = ["canPublishData"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Member.create = function(properties) {
            return new Member(properties);
        };

        Member.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                writer.uint32(18).string(message.role);
            if (message.canPublish != null && $Object.hasOwnProperty.call(message, "canPublish"))
                writer.uint32(24).bool(message.canPublish);
            if (message.canSubscribe != null && $Object.hasOwnProperty.call(message, "canSubscribe"))
                writer.uint32(32).bool(message.canSubscribe);
            if (message.canPublishData != null && $Object.hasOwnProperty.call(message, "canPublishData"))
                writer.uint32(40).bool(message.canPublishData);
            if (message.reset != null && $Object.hasOwnProperty.call(message, "reset") && message.reset !== false)
                writer.uint32(48).bool(message.reset);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Member.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Member();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.role = value;
                        else
                            delete message.role;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        message.canPublish = reader.bool();
                        message._canPublish = "canPublish";
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.canSubscribe = reader.bool();
                        message._canSubscribe = "canSubscribe";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.canPublishData = reader.bool();
                        message._canPublishData = "canPublishData";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.reset = value;
                        else
                            delete message.reset;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Member.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Member";
        };

        return Member;
    })();

    meridian.ActRemove = (function() {

        const ActRemove = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActRemove.prototype.identity = "";
        ActRemove.prototype.reason = "";
        ActRemove.prototype.banS = 0;
        ActRemove.prototype.forever = false;

        ActRemove.create = function(properties) {
            return new ActRemove(properties);
        };

        ActRemove.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(18).string(message.reason);
            if (message.banS != null && $Object.hasOwnProperty.call(message, "banS") && message.banS !== 0)
                writer.uint32(24).uint32(message.banS);
            if (message.forever != null && $Object.hasOwnProperty.call(message, "forever") && message.forever !== false)
                writer.uint32(32).bool(message.forever);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActRemove.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActRemove();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.banS = value;
                        else
                            delete message.banS;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.forever = value;
                        else
                            delete message.forever;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActRemove.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActRemove";
        };

        return ActRemove;
    })();

    meridian.ActUnban = (function() {

        const ActUnban = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActUnban.prototype.identity = "";

        ActUnban.create = function(properties) {
            return new ActUnban(properties);
        };

        ActUnban.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActUnban.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActUnban();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActUnban.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActUnban";
        };

        return ActUnban;
    })();

    meridian.ActMute = (function() {

        const ActMute = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActMute.prototype.identity = "";
        ActMute.prototype.trackId = "";
        ActMute.prototype.source = 0;
        ActMute.prototype.allSources = false;
        ActMute.prototype.everybody = false;

        ActMute.create = function(properties) {
            return new ActMute(properties);
        };

        ActMute.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(24).int32(message.source);
            if (message.allSources != null && $Object.hasOwnProperty.call(message, "allSources") && message.allSources !== false)
                writer.uint32(32).bool(message.allSources);
            if (message.everybody != null && $Object.hasOwnProperty.call(message, "everybody") && message.everybody !== false)
                writer.uint32(40).bool(message.everybody);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActMute.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActMute();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.allSources = value;
                        else
                            delete message.allSources;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.everybody = value;
                        else
                            delete message.everybody;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActMute.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActMute";
        };

        return ActMute;
    })();

    meridian.ActAskUnmute = (function() {

        const ActAskUnmute = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActAskUnmute.prototype.identity = "";
        ActAskUnmute.prototype.source = 0;

        ActAskUnmute.create = function(properties) {
            return new ActAskUnmute(properties);
        };

        ActAskUnmute.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(16).int32(message.source);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActAskUnmute.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActAskUnmute();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActAskUnmute.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActAskUnmute";
        };

        return ActAskUnmute;
    })();

    meridian.ActSetRoom = (function() {

        const ActSetRoom = function (properties) {
            this.spotlight = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActSetRoom.prototype.lobby = null;
        ActSetRoom.prototype.locked = null;
        ActSetRoom.prototype.capacity = null;
        ActSetRoom.prototype.spotlight = $util.emptyArray;
        ActSetRoom.prototype.setSpotlight = false;
        ActSetRoom.prototype.endsWallMs = null;
        ActSetRoom.prototype.emptyTimeoutMs = null;
        ActSetRoom.prototype.hardEnd = null;
        ActSetRoom.prototype.opensWallMs = null;
        ActSetRoom.prototype.needsHost = null;
        ActSetRoom.prototype.openingMetadata = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_lobby", {
            get: $util.oneOfGetter($oneOfFields = ["lobby"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_locked", {
            get: $util.oneOfGetter($oneOfFields = ["locked"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_capacity", {
            get: $util.oneOfGetter($oneOfFields = ["capacity"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_endsWallMs", {
            get: $util.oneOfGetter($oneOfFields = ["endsWallMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_emptyTimeoutMs", {
            get: $util.oneOfGetter($oneOfFields = ["emptyTimeoutMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_hardEnd", {
            get: $util.oneOfGetter($oneOfFields = ["hardEnd"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_opensWallMs", {
            get: $util.oneOfGetter($oneOfFields = ["opensWallMs"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_needsHost", {
            get: $util.oneOfGetter($oneOfFields = ["needsHost"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetRoom.prototype, "_openingMetadata", {
            get: $util.oneOfGetter($oneOfFields = ["openingMetadata"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        ActSetRoom.create = function(properties) {
            return new ActSetRoom(properties);
        };

        ActSetRoom.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.lobby != null && $Object.hasOwnProperty.call(message, "lobby"))
                writer.uint32(8).bool(message.lobby);
            if (message.locked != null && $Object.hasOwnProperty.call(message, "locked"))
                writer.uint32(16).bool(message.locked);
            if (message.capacity != null && $Object.hasOwnProperty.call(message, "capacity"))
                writer.uint32(24).uint32(message.capacity);
            if (message.spotlight != null && message.spotlight.length)
                for (let i = 0; i < message.spotlight.length; ++i)
                    writer.uint32(34).string(message.spotlight[i]);
            if (message.setSpotlight != null && $Object.hasOwnProperty.call(message, "setSpotlight") && message.setSpotlight !== false)
                writer.uint32(40).bool(message.setSpotlight);
            if (message.endsWallMs != null && $Object.hasOwnProperty.call(message, "endsWallMs"))
                writer.uint32(49).double(message.endsWallMs);
            if (message.emptyTimeoutMs != null && $Object.hasOwnProperty.call(message, "emptyTimeoutMs"))
                writer.uint32(56).uint32(message.emptyTimeoutMs);
            if (message.hardEnd != null && $Object.hasOwnProperty.call(message, "hardEnd"))
                writer.uint32(64).bool(message.hardEnd);
            if (message.opensWallMs != null && $Object.hasOwnProperty.call(message, "opensWallMs"))
                writer.uint32(73).double(message.opensWallMs);
            if (message.needsHost != null && $Object.hasOwnProperty.call(message, "needsHost"))
                writer.uint32(80).bool(message.needsHost);
            if (message.openingMetadata != null && $Object.hasOwnProperty.call(message, "openingMetadata"))
                writer.uint32(90).string(message.openingMetadata);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActSetRoom.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActSetRoom();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        message.lobby = reader.bool();
                        message._lobby = "lobby";
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        message.locked = reader.bool();
                        message._locked = "locked";
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        message.capacity = reader.uint32();
                        message._capacity = "capacity";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.spotlight && message.spotlight.length))
                            message.spotlight = [];
                        message.spotlight.push(reader.stringVerify());
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.setSpotlight = value;
                        else
                            delete message.setSpotlight;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        message.endsWallMs = reader.double();
                        message._endsWallMs = "endsWallMs";
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        message.emptyTimeoutMs = reader.uint32();
                        message._emptyTimeoutMs = "emptyTimeoutMs";
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        message.hardEnd = reader.bool();
                        message._hardEnd = "hardEnd";
                        continue;
                    }
                case 9: {
                        if (wireType !== 1)
                            break;
                        message.opensWallMs = reader.double();
                        message._opensWallMs = "opensWallMs";
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        message.needsHost = reader.bool();
                        message._needsHost = "needsHost";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.openingMetadata = reader.stringVerify();
                        message._openingMetadata = "openingMetadata";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActSetRoom.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActSetRoom";
        };

        return ActSetRoom;
    })();

    meridian.ActSetMetadata = (function() {

        const ActSetMetadata = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActSetMetadata.prototype.metadata = "";
        ActSetMetadata.prototype.expectedVersion = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActSetMetadata.prototype, "_expectedVersion", {
            get: $util.oneOfGetter($oneOfFields = ["expectedVersion"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        ActSetMetadata.create = function(properties) {
            return new ActSetMetadata(properties);
        };

        ActSetMetadata.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata") && message.metadata !== "")
                writer.uint32(10).string(message.metadata);
            if (message.expectedVersion != null && $Object.hasOwnProperty.call(message, "expectedVersion"))
                writer.uint32(16).uint64(message.expectedVersion);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActSetMetadata.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActSetMetadata();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.metadata = value;
                        else
                            delete message.metadata;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        message.expectedVersion = reader.uint64();
                        message._expectedVersion = "expectedVersion";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActSetMetadata.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActSetMetadata";
        };

        return ActSetMetadata;
    })();

    meridian.ActUpdate = (function() {

        const ActUpdate = function (properties) {
            this.attributes = {};
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActUpdate.prototype.identity = "";
        ActUpdate.prototype.name = null;
        ActUpdate.prototype.metadata = null;
        ActUpdate.prototype.attributes = $util.emptyObject;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActUpdate.prototype, "_name", {
            get: $util.oneOfGetter($oneOfFields = ["name"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(ActUpdate.prototype, "_metadata", {
            get: $util.oneOfGetter($oneOfFields = ["metadata"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        ActUpdate.create = function(properties) {
            return new ActUpdate(properties);
        };

        ActUpdate.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                writer.uint32(18).string(message.name);
            if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                writer.uint32(26).string(message.metadata);
            if (message.attributes != null && $Object.hasOwnProperty.call(message, "attributes"))
                for (let keys = $Object.keys(message.attributes), i = 0; i < keys.length; ++i)
                    writer.uint32(34).fork().uint32(10).string(keys[i]).uint32(18).string(message.attributes[keys[i]]).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActUpdate.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, key, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActUpdate();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.name = reader.stringVerify();
                        message._name = "name";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.metadata = reader.stringVerify();
                        message._metadata = "metadata";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (message.attributes === $util.emptyObject)
                            message.attributes = {};
                        let end2 = reader.size() + reader.pos;
                        if (end2 > reader.len)
                            throw $RangeError("index out of range");
                        reader.len = end2;
                        key = "";
                        value = "";
                        while (reader.pos < end2) {
                            let tag2 = reader.tag();
                            wireType = tag2 & 7;
                            switch (tag2 >>>= 3) {
                            case 1:
                                if (wireType !== 2)
                                    break;
                                key = reader.stringVerify();
                                continue;
                            case 2:
                                if (wireType !== 2)
                                    break;
                                value = reader.stringVerify();
                                continue;
                            }
                            reader.skipType(wireType, _depth, tag2);
                        }
                        if (reader.pos !== end2)
                            throw $RangeError("index out of range");
                        reader.len = end;
                        if (key === "__proto__")
                            $util.makeProp(message.attributes, key);
                        message.attributes[key] = value;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActUpdate.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActUpdate";
        };

        return ActUpdate;
    })();

    meridian.ActAdmit = (function() {

        const ActAdmit = function (properties) {
            this.waitIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActAdmit.prototype.waitIds = $util.emptyArray;
        ActAdmit.prototype.all = false;
        ActAdmit.prototype.refused = false;

        ActAdmit.create = function(properties) {
            return new ActAdmit(properties);
        };

        ActAdmit.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.waitIds != null && message.waitIds.length)
                for (let i = 0; i < message.waitIds.length; ++i)
                    writer.uint32(10).string(message.waitIds[i]);
            if (message.all != null && $Object.hasOwnProperty.call(message, "all") && message.all !== false)
                writer.uint32(16).bool(message.all);
            if (message.refused != null && $Object.hasOwnProperty.call(message, "refused") && message.refused !== false)
                writer.uint32(24).bool(message.refused);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActAdmit.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActAdmit();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.waitIds && message.waitIds.length))
                            message.waitIds = [];
                        message.waitIds.push(reader.stringVerify());
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.all = value;
                        else
                            delete message.all;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.refused = value;
                        else
                            delete message.refused;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActAdmit.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActAdmit";
        };

        return ActAdmit;
    })();

    meridian.ActHand = (function() {

        const ActHand = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActHand.prototype.identity = "";
        ActHand.prototype.raised = false;
        ActHand.prototype.everybody = false;

        ActHand.create = function(properties) {
            return new ActHand(properties);
        };

        ActHand.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(10).string(message.identity);
            if (message.raised != null && $Object.hasOwnProperty.call(message, "raised") && message.raised !== false)
                writer.uint32(16).bool(message.raised);
            if (message.everybody != null && $Object.hasOwnProperty.call(message, "everybody") && message.everybody !== false)
                writer.uint32(24).bool(message.everybody);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActHand.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActHand();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.raised = value;
                        else
                            delete message.raised;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.everybody = value;
                        else
                            delete message.everybody;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActHand.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActHand";
        };

        return ActHand;
    })();

    meridian.ActData = (function() {

        const ActData = function (properties) {
            this.identities = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActData.prototype.payload = $util.newBuffer([]);
        ActData.prototype.topic = "";
        ActData.prototype.lossy = false;
        ActData.prototype.identities = $util.emptyArray;

        ActData.create = function(properties) {
            return new ActData(properties);
        };

        ActData.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                writer.uint32(10).bytes(message.payload);
            if (message.topic != null && $Object.hasOwnProperty.call(message, "topic") && message.topic !== "")
                writer.uint32(18).string(message.topic);
            if (message.lossy != null && $Object.hasOwnProperty.call(message, "lossy") && message.lossy !== false)
                writer.uint32(24).bool(message.lossy);
            if (message.identities != null && message.identities.length)
                for (let i = 0; i < message.identities.length; ++i)
                    writer.uint32(34).string(message.identities[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActData.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActData();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.payload = value;
                        else
                            delete message.payload;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.topic = value;
                        else
                            delete message.topic;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.lossy = value;
                        else
                            delete message.lossy;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.identities && message.identities.length))
                            message.identities = [];
                        message.identities.push(reader.stringVerify());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActData.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActData";
        };

        return ActData;
    })();

    meridian.ActEnd = (function() {

        const ActEnd = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActEnd.prototype.reason = "";

        ActEnd.create = function(properties) {
            return new ActEnd(properties);
        };

        ActEnd.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(10).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActEnd.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActEnd();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActEnd.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActEnd";
        };

        return ActEnd;
    })();

    meridian.ActBook = (function() {

        const ActBook = function (properties) {
            this.members = [];
            this.removed = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ActBook.prototype.room = null;
        ActBook.prototype.members = $util.emptyArray;
        ActBook.prototype.removed = $util.emptyArray;
        ActBook.prototype.allMembers = false;

        ActBook.create = function(properties) {
            return new ActBook(properties);
        };

        ActBook.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.ActSetRoom.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.members != null && message.members.length)
                for (let i = 0; i < message.members.length; ++i)
                    $root.meridian.Member.encode(message.members[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.removed != null && message.removed.length)
                for (let i = 0; i < message.removed.length; ++i)
                    writer.uint32(26).string(message.removed[i]);
            if (message.allMembers != null && $Object.hasOwnProperty.call(message, "allMembers") && message.allMembers !== false)
                writer.uint32(32).bool(message.allMembers);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ActBook.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ActBook();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.room = $root.meridian.ActSetRoom.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.members && message.members.length))
                            message.members = [];
                        message.members.push($root.meridian.Member.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.removed && message.removed.length))
                            message.removed = [];
                        message.removed.push(reader.stringVerify());
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.allMembers = value;
                        else
                            delete message.allMembers;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ActBook.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ActBook";
        };

        return ActBook;
    })();

    meridian.RoomAct = (function() {

        const RoomAct = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomAct.prototype.remove = null;
        RoomAct.prototype.unban = null;
        RoomAct.prototype.mute = null;
        RoomAct.prototype.askUnmute = null;
        RoomAct.prototype.setRoom = null;
        RoomAct.prototype.member = null;
        RoomAct.prototype.metadata = null;
        RoomAct.prototype.update = null;
        RoomAct.prototype.admit = null;
        RoomAct.prototype.hand = null;
        RoomAct.prototype.data = null;
        RoomAct.prototype.end = null;
        RoomAct.prototype.book = null;

        let $oneOfFields;

        $Object.defineProperty(RoomAct.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["remove", "unban", "mute", "askUnmute", "setRoom", "member", "metadata", "update", "admit", "hand", "data", "end", "book"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        RoomAct.create = function(properties) {
            return new RoomAct(properties);
        };

        RoomAct.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.remove != null && $Object.hasOwnProperty.call(message, "remove"))
                $root.meridian.ActRemove.encode(message.remove, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.unban != null && $Object.hasOwnProperty.call(message, "unban"))
                $root.meridian.ActUnban.encode(message.unban, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.mute != null && $Object.hasOwnProperty.call(message, "mute"))
                $root.meridian.ActMute.encode(message.mute, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.askUnmute != null && $Object.hasOwnProperty.call(message, "askUnmute"))
                $root.meridian.ActAskUnmute.encode(message.askUnmute, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.setRoom != null && $Object.hasOwnProperty.call(message, "setRoom"))
                $root.meridian.ActSetRoom.encode(message.setRoom, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.member != null && $Object.hasOwnProperty.call(message, "member"))
                $root.meridian.Member.encode(message.member, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                $root.meridian.ActSetMetadata.encode(message.metadata, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.update != null && $Object.hasOwnProperty.call(message, "update"))
                $root.meridian.ActUpdate.encode(message.update, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.admit != null && $Object.hasOwnProperty.call(message, "admit"))
                $root.meridian.ActAdmit.encode(message.admit, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.hand != null && $Object.hasOwnProperty.call(message, "hand"))
                $root.meridian.ActHand.encode(message.hand, writer.uint32(82).fork(), _depth + 1).ldelim();
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                $root.meridian.ActData.encode(message.data, writer.uint32(90).fork(), _depth + 1).ldelim();
            if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
                $root.meridian.ActEnd.encode(message.end, writer.uint32(98).fork(), _depth + 1).ldelim();
            if (message.book != null && $Object.hasOwnProperty.call(message, "book"))
                $root.meridian.ActBook.encode(message.book, writer.uint32(106).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomAct.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RoomAct();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.remove = $root.meridian.ActRemove.decode(reader, reader.size(), $undefined, _depth + 1, message.remove);
                        message.body = "remove";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.unban = $root.meridian.ActUnban.decode(reader, reader.size(), $undefined, _depth + 1, message.unban);
                        message.body = "unban";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.mute = $root.meridian.ActMute.decode(reader, reader.size(), $undefined, _depth + 1, message.mute);
                        message.body = "mute";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.askUnmute = $root.meridian.ActAskUnmute.decode(reader, reader.size(), $undefined, _depth + 1, message.askUnmute);
                        message.body = "askUnmute";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.setRoom = $root.meridian.ActSetRoom.decode(reader, reader.size(), $undefined, _depth + 1, message.setRoom);
                        message.body = "setRoom";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.member = $root.meridian.Member.decode(reader, reader.size(), $undefined, _depth + 1, message.member);
                        message.body = "member";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.metadata = $root.meridian.ActSetMetadata.decode(reader, reader.size(), $undefined, _depth + 1, message.metadata);
                        message.body = "metadata";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.update = $root.meridian.ActUpdate.decode(reader, reader.size(), $undefined, _depth + 1, message.update);
                        message.body = "update";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.admit = $root.meridian.ActAdmit.decode(reader, reader.size(), $undefined, _depth + 1, message.admit);
                        message.body = "admit";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.hand = $root.meridian.ActHand.decode(reader, reader.size(), $undefined, _depth + 1, message.hand);
                        message.body = "hand";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.data = $root.meridian.ActData.decode(reader, reader.size(), $undefined, _depth + 1, message.data);
                        message.body = "data";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.end = $root.meridian.ActEnd.decode(reader, reader.size(), $undefined, _depth + 1, message.end);
                        message.body = "end";
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        message.book = $root.meridian.ActBook.decode(reader, reader.size(), $undefined, _depth + 1, message.book);
                        message.body = "book";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RoomAct.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomAct";
        };

        return RoomAct;
    })();

    meridian.Waiter = (function() {

        const Waiter = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Waiter.prototype.waitId = "";
        Waiter.prototype.identity = "";
        Waiter.prototype.name = "";
        Waiter.prototype.sinceWallMs = 0;

        Waiter.create = function(properties) {
            return new Waiter(properties);
        };

        Waiter.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.waitId != null && $Object.hasOwnProperty.call(message, "waitId") && message.waitId !== "")
                writer.uint32(10).string(message.waitId);
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(18).string(message.identity);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(26).string(message.name);
            if (message.sinceWallMs != null && $Object.hasOwnProperty.call(message, "sinceWallMs") && !$Object.is(message.sinceWallMs, 0))
                writer.uint32(33).double(message.sinceWallMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Waiter.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Waiter();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.waitId = value;
                        else
                            delete message.waitId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 4: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.sinceWallMs = value;
                        else
                            delete message.sinceWallMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Waiter.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Waiter";
        };

        return Waiter;
    })();

    meridian.Waiting = (function() {

        const Waiting = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Waiting.prototype.reason = "";
        Waiting.prototype.hosts = 0;

        Waiting.create = function(properties) {
            return new Waiting(properties);
        };

        Waiting.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(10).string(message.reason);
            if (message.hosts != null && $Object.hasOwnProperty.call(message, "hosts") && message.hosts !== 0)
                writer.uint32(16).uint32(message.hosts);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Waiting.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Waiting();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.hosts = value;
                        else
                            delete message.hosts;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Waiting.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Waiting";
        };

        return Waiting;
    })();

    meridian.Lobby = (function() {

        const Lobby = function (properties) {
            this.waiters = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Lobby.prototype.waiters = $util.emptyArray;
        Lobby.prototype.more = 0;

        Lobby.create = function(properties) {
            return new Lobby(properties);
        };

        Lobby.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.waiters != null && message.waiters.length)
                for (let i = 0; i < message.waiters.length; ++i)
                    $root.meridian.Waiter.encode(message.waiters[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.more != null && $Object.hasOwnProperty.call(message, "more") && message.more !== 0)
                writer.uint32(16).uint32(message.more);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Lobby.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Lobby();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.waiters && message.waiters.length))
                            message.waiters = [];
                        message.waiters.push($root.meridian.Waiter.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.more = value;
                        else
                            delete message.more;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Lobby.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Lobby";
        };

        return Lobby;
    })();

    meridian.UnmuteAsked = (function() {

        const UnmuteAsked = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UnmuteAsked.prototype.byIdentity = "";
        UnmuteAsked.prototype.source = 0;

        UnmuteAsked.create = function(properties) {
            return new UnmuteAsked(properties);
        };

        UnmuteAsked.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.byIdentity != null && $Object.hasOwnProperty.call(message, "byIdentity") && message.byIdentity !== "")
                writer.uint32(10).string(message.byIdentity);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(16).int32(message.source);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        UnmuteAsked.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.UnmuteAsked();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.byIdentity = value;
                        else
                            delete message.byIdentity;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        UnmuteAsked.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.UnmuteAsked";
        };

        return UnmuteAsked;
    })();

    meridian.RightsChanged = (function() {

        const RightsChanged = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RightsChanged.prototype.self = null;

        RightsChanged.create = function(properties) {
            return new RightsChanged(properties);
        };

        RightsChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.self != null && $Object.hasOwnProperty.call(message, "self"))
                $root.meridian.ParticipantInfo.encode(message.self, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RightsChanged.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RightsChanged();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.self = $root.meridian.ParticipantInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.self);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RightsChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RightsChanged";
        };

        return RightsChanged;
    })();

    meridian.ClientFrame = (function() {

        const ClientFrame = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ClientFrame.prototype.requestId = 0;
        ClientFrame.prototype.join = null;
        ClientFrame.prototype.publish = null;
        ClientFrame.prototype.unpublish = null;
        ClientFrame.prototype.setTrackMuted = null;
        ClientFrame.prototype.updateSubscription = null;
        ClientFrame.prototype.subscriptionsReady = null;
        ClientFrame.prototype.trackMoveDone = null;
        ClientFrame.prototype.sendData = null;
        ClientFrame.prototype.restartIce = null;
        ClientFrame.prototype.kick = null;
        ClientFrame.prototype.muteParticipant = null;
        ClientFrame.prototype.updateSelf = null;
        ClientFrame.prototype.stats = null;
        ClientFrame.prototype.leave = null;
        ClientFrame.prototype.ping = null;
        ClientFrame.prototype.moveReady = null;
        ClientFrame.prototype.echoTimes = null;
        ClientFrame.prototype.explainPlacement = null;
        ClientFrame.prototype.connectTransport = null;
        ClientFrame.prototype.updateRoom = null;
        ClientFrame.prototype.renditionRefused = null;
        ClientFrame.prototype.askTrackStats = null;
        ClientFrame.prototype.act = null;
        ClientFrame.prototype.setSubscribers = null;

        let $oneOfFields;

        $Object.defineProperty(ClientFrame.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["join", "publish", "unpublish", "setTrackMuted", "updateSubscription", "subscriptionsReady", "trackMoveDone", "sendData", "restartIce", "kick", "muteParticipant", "updateSelf", "stats", "leave", "ping", "moveReady", "echoTimes", "explainPlacement", "connectTransport", "updateRoom", "renditionRefused", "askTrackStats", "act", "setSubscribers"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        ClientFrame.create = function(properties) {
            return new ClientFrame(properties);
        };

        ClientFrame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== 0)
                writer.uint32(8).uint32(message.requestId);
            if (message.join != null && $Object.hasOwnProperty.call(message, "join"))
                $root.meridian.Join.encode(message.join, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.publish != null && $Object.hasOwnProperty.call(message, "publish"))
                $root.meridian.Publish.encode(message.publish, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.unpublish != null && $Object.hasOwnProperty.call(message, "unpublish"))
                $root.meridian.Unpublish.encode(message.unpublish, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.setTrackMuted != null && $Object.hasOwnProperty.call(message, "setTrackMuted"))
                $root.meridian.SetTrackMuted.encode(message.setTrackMuted, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.updateSubscription != null && $Object.hasOwnProperty.call(message, "updateSubscription"))
                $root.meridian.UpdateSubscription.encode(message.updateSubscription, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.subscriptionsReady != null && $Object.hasOwnProperty.call(message, "subscriptionsReady"))
                $root.meridian.SubscriptionsReady.encode(message.subscriptionsReady, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.trackMoveDone != null && $Object.hasOwnProperty.call(message, "trackMoveDone"))
                $root.meridian.TrackMoveDone.encode(message.trackMoveDone, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.sendData != null && $Object.hasOwnProperty.call(message, "sendData"))
                $root.meridian.SendData.encode(message.sendData, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.restartIce != null && $Object.hasOwnProperty.call(message, "restartIce"))
                $root.meridian.RestartIce.encode(message.restartIce, writer.uint32(82).fork(), _depth + 1).ldelim();
            if (message.kick != null && $Object.hasOwnProperty.call(message, "kick"))
                $root.meridian.Kick.encode(message.kick, writer.uint32(90).fork(), _depth + 1).ldelim();
            if (message.muteParticipant != null && $Object.hasOwnProperty.call(message, "muteParticipant"))
                $root.meridian.MuteParticipant.encode(message.muteParticipant, writer.uint32(98).fork(), _depth + 1).ldelim();
            if (message.updateSelf != null && $Object.hasOwnProperty.call(message, "updateSelf"))
                $root.meridian.UpdateSelf.encode(message.updateSelf, writer.uint32(106).fork(), _depth + 1).ldelim();
            if (message.stats != null && $Object.hasOwnProperty.call(message, "stats"))
                $root.meridian.SessionStats.encode(message.stats, writer.uint32(114).fork(), _depth + 1).ldelim();
            if (message.leave != null && $Object.hasOwnProperty.call(message, "leave"))
                $root.meridian.Leave.encode(message.leave, writer.uint32(122).fork(), _depth + 1).ldelim();
            if (message.ping != null && $Object.hasOwnProperty.call(message, "ping"))
                $root.meridian.Ping.encode(message.ping, writer.uint32(130).fork(), _depth + 1).ldelim();
            if (message.moveReady != null && $Object.hasOwnProperty.call(message, "moveReady"))
                $root.meridian.MoveReady.encode(message.moveReady, writer.uint32(138).fork(), _depth + 1).ldelim();
            if (message.echoTimes != null && $Object.hasOwnProperty.call(message, "echoTimes"))
                $root.meridian.EchoTimes.encode(message.echoTimes, writer.uint32(146).fork(), _depth + 1).ldelim();
            if (message.explainPlacement != null && $Object.hasOwnProperty.call(message, "explainPlacement"))
                $root.meridian.ExplainPlacement.encode(message.explainPlacement, writer.uint32(154).fork(), _depth + 1).ldelim();
            if (message.connectTransport != null && $Object.hasOwnProperty.call(message, "connectTransport"))
                $root.meridian.ConnectTransport.encode(message.connectTransport, writer.uint32(162).fork(), _depth + 1).ldelim();
            if (message.updateRoom != null && $Object.hasOwnProperty.call(message, "updateRoom"))
                $root.meridian.UpdateRoom.encode(message.updateRoom, writer.uint32(170).fork(), _depth + 1).ldelim();
            if (message.renditionRefused != null && $Object.hasOwnProperty.call(message, "renditionRefused"))
                $root.meridian.RenditionRefused.encode(message.renditionRefused, writer.uint32(178).fork(), _depth + 1).ldelim();
            if (message.askTrackStats != null && $Object.hasOwnProperty.call(message, "askTrackStats"))
                $root.meridian.AskTrackStats.encode(message.askTrackStats, writer.uint32(186).fork(), _depth + 1).ldelim();
            if (message.act != null && $Object.hasOwnProperty.call(message, "act"))
                $root.meridian.RoomAct.encode(message.act, writer.uint32(194).fork(), _depth + 1).ldelim();
            if (message.setSubscribers != null && $Object.hasOwnProperty.call(message, "setSubscribers"))
                $root.meridian.SetSubscribers.encode(message.setSubscribers, writer.uint32(202).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ClientFrame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ClientFrame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.requestId = value;
                        else
                            delete message.requestId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.join = $root.meridian.Join.decode(reader, reader.size(), $undefined, _depth + 1, message.join);
                        message.body = "join";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.publish = $root.meridian.Publish.decode(reader, reader.size(), $undefined, _depth + 1, message.publish);
                        message.body = "publish";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.unpublish = $root.meridian.Unpublish.decode(reader, reader.size(), $undefined, _depth + 1, message.unpublish);
                        message.body = "unpublish";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.setTrackMuted = $root.meridian.SetTrackMuted.decode(reader, reader.size(), $undefined, _depth + 1, message.setTrackMuted);
                        message.body = "setTrackMuted";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.updateSubscription = $root.meridian.UpdateSubscription.decode(reader, reader.size(), $undefined, _depth + 1, message.updateSubscription);
                        message.body = "updateSubscription";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.subscriptionsReady = $root.meridian.SubscriptionsReady.decode(reader, reader.size(), $undefined, _depth + 1, message.subscriptionsReady);
                        message.body = "subscriptionsReady";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.trackMoveDone = $root.meridian.TrackMoveDone.decode(reader, reader.size(), $undefined, _depth + 1, message.trackMoveDone);
                        message.body = "trackMoveDone";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.sendData = $root.meridian.SendData.decode(reader, reader.size(), $undefined, _depth + 1, message.sendData);
                        message.body = "sendData";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.restartIce = $root.meridian.RestartIce.decode(reader, reader.size(), $undefined, _depth + 1, message.restartIce);
                        message.body = "restartIce";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.kick = $root.meridian.Kick.decode(reader, reader.size(), $undefined, _depth + 1, message.kick);
                        message.body = "kick";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.muteParticipant = $root.meridian.MuteParticipant.decode(reader, reader.size(), $undefined, _depth + 1, message.muteParticipant);
                        message.body = "muteParticipant";
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        message.updateSelf = $root.meridian.UpdateSelf.decode(reader, reader.size(), $undefined, _depth + 1, message.updateSelf);
                        message.body = "updateSelf";
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        message.stats = $root.meridian.SessionStats.decode(reader, reader.size(), $undefined, _depth + 1, message.stats);
                        message.body = "stats";
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        message.leave = $root.meridian.Leave.decode(reader, reader.size(), $undefined, _depth + 1, message.leave);
                        message.body = "leave";
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        message.ping = $root.meridian.Ping.decode(reader, reader.size(), $undefined, _depth + 1, message.ping);
                        message.body = "ping";
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        message.moveReady = $root.meridian.MoveReady.decode(reader, reader.size(), $undefined, _depth + 1, message.moveReady);
                        message.body = "moveReady";
                        continue;
                    }
                case 18: {
                        if (wireType !== 2)
                            break;
                        message.echoTimes = $root.meridian.EchoTimes.decode(reader, reader.size(), $undefined, _depth + 1, message.echoTimes);
                        message.body = "echoTimes";
                        continue;
                    }
                case 19: {
                        if (wireType !== 2)
                            break;
                        message.explainPlacement = $root.meridian.ExplainPlacement.decode(reader, reader.size(), $undefined, _depth + 1, message.explainPlacement);
                        message.body = "explainPlacement";
                        continue;
                    }
                case 20: {
                        if (wireType !== 2)
                            break;
                        message.connectTransport = $root.meridian.ConnectTransport.decode(reader, reader.size(), $undefined, _depth + 1, message.connectTransport);
                        message.body = "connectTransport";
                        continue;
                    }
                case 21: {
                        if (wireType !== 2)
                            break;
                        message.updateRoom = $root.meridian.UpdateRoom.decode(reader, reader.size(), $undefined, _depth + 1, message.updateRoom);
                        message.body = "updateRoom";
                        continue;
                    }
                case 22: {
                        if (wireType !== 2)
                            break;
                        message.renditionRefused = $root.meridian.RenditionRefused.decode(reader, reader.size(), $undefined, _depth + 1, message.renditionRefused);
                        message.body = "renditionRefused";
                        continue;
                    }
                case 23: {
                        if (wireType !== 2)
                            break;
                        message.askTrackStats = $root.meridian.AskTrackStats.decode(reader, reader.size(), $undefined, _depth + 1, message.askTrackStats);
                        message.body = "askTrackStats";
                        continue;
                    }
                case 24: {
                        if (wireType !== 2)
                            break;
                        message.act = $root.meridian.RoomAct.decode(reader, reader.size(), $undefined, _depth + 1, message.act);
                        message.body = "act";
                        continue;
                    }
                case 25: {
                        if (wireType !== 2)
                            break;
                        message.setSubscribers = $root.meridian.SetSubscribers.decode(reader, reader.size(), $undefined, _depth + 1, message.setSubscribers);
                        message.body = "setSubscribers";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ClientFrame.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ClientFrame";
        };

        return ClientFrame;
    })();

    meridian.ParticipantJoined = (function() {

        const ParticipantJoined = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ParticipantJoined.prototype.participant = null;

        ParticipantJoined.create = function(properties) {
            return new ParticipantJoined(properties);
        };

        ParticipantJoined.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                $root.meridian.ParticipantInfo.encode(message.participant, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ParticipantJoined.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ParticipantJoined();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.participant = $root.meridian.ParticipantInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ParticipantJoined.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ParticipantJoined";
        };

        return ParticipantJoined;
    })();

    meridian.ParticipantLeft = (function() {

        const ParticipantLeft = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ParticipantLeft.prototype.sessionId = "";
        ParticipantLeft.prototype.reason = "";

        ParticipantLeft.create = function(properties) {
            return new ParticipantLeft(properties);
        };

        ParticipantLeft.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(18).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ParticipantLeft.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ParticipantLeft();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ParticipantLeft.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ParticipantLeft";
        };

        return ParticipantLeft;
    })();

    meridian.ParticipantChanged = (function() {

        const ParticipantChanged = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ParticipantChanged.prototype.participant = null;

        ParticipantChanged.create = function(properties) {
            return new ParticipantChanged(properties);
        };

        ParticipantChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                $root.meridian.ParticipantInfo.encode(message.participant, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ParticipantChanged.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ParticipantChanged();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.participant = $root.meridian.ParticipantInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ParticipantChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ParticipantChanged";
        };

        return ParticipantChanged;
    })();

    meridian.TrackPublished = (function() {

        const TrackPublished = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackPublished.prototype.sessionId = "";
        TrackPublished.prototype.track = null;

        TrackPublished.create = function(properties) {
            return new TrackPublished(properties);
        };

        TrackPublished.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                $root.meridian.TrackInfo.encode(message.track, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackPublished.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TrackPublished();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.track = $root.meridian.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.track);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TrackPublished.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackPublished";
        };

        return TrackPublished;
    })();

    meridian.TrackUnpublished = (function() {

        const TrackUnpublished = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackUnpublished.prototype.sessionId = "";
        TrackUnpublished.prototype.trackId = "";
        TrackUnpublished.prototype.reason = "";

        TrackUnpublished.create = function(properties) {
            return new TrackUnpublished(properties);
        };

        TrackUnpublished.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(26).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackUnpublished.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TrackUnpublished();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TrackUnpublished.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackUnpublished";
        };

        return TrackUnpublished;
    })();

    meridian.TrackMuted = (function() {

        const TrackMuted = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackMuted.prototype.sessionId = "";
        TrackMuted.prototype.trackId = "";
        TrackMuted.prototype.muted = false;

        TrackMuted.create = function(properties) {
            return new TrackMuted(properties);
        };

        TrackMuted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.muted != null && $Object.hasOwnProperty.call(message, "muted") && message.muted !== false)
                writer.uint32(24).bool(message.muted);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackMuted.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TrackMuted();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.muted = value;
                        else
                            delete message.muted;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TrackMuted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackMuted";
        };

        return TrackMuted;
    })();

    meridian.SpeakersChanged = (function() {

        const SpeakersChanged = function (properties) {
            this.speakers = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SpeakersChanged.prototype.speakers = $util.emptyArray;

        SpeakersChanged.create = function(properties) {
            return new SpeakersChanged(properties);
        };

        SpeakersChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.speakers != null && message.speakers.length)
                for (let i = 0; i < message.speakers.length; ++i)
                    $root.meridian.Speaker.encode(message.speakers[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SpeakersChanged.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SpeakersChanged();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.speakers && message.speakers.length))
                            message.speakers = [];
                        message.speakers.push($root.meridian.Speaker.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SpeakersChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SpeakersChanged";
        };

        return SpeakersChanged;
    })();

    meridian.QualityChanged = (function() {

        const QualityChanged = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        QualityChanged.prototype.sessionId = "";
        QualityChanged.prototype.quality = 0;

        QualityChanged.create = function(properties) {
            return new QualityChanged(properties);
        };

        QualityChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.quality != null && $Object.hasOwnProperty.call(message, "quality") && message.quality !== 0)
                writer.uint32(16).int32(message.quality);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        QualityChanged.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.QualityChanged();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.quality = value;
                        else
                            delete message.quality;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        QualityChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.QualityChanged";
        };

        return QualityChanged;
    })();

    meridian.RoomChanged = (function() {

        const RoomChanged = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomChanged.prototype.info = null;

        RoomChanged.create = function(properties) {
            return new RoomChanged(properties);
        };

        RoomChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.info != null && $Object.hasOwnProperty.call(message, "info"))
                $root.meridian.RoomInfo.encode(message.info, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomChanged.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RoomChanged();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.info = $root.meridian.RoomInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.info);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RoomChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomChanged";
        };

        return RoomChanged;
    })();

    meridian.TrackStats = (function() {

        const TrackStats = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackStats.prototype.trackId = "";
        TrackStats.prototype.bitrateBps = 0;

        TrackStats.create = function(properties) {
            return new TrackStats(properties);
        };

        TrackStats.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.bitrateBps != null && $Object.hasOwnProperty.call(message, "bitrateBps") && message.bitrateBps !== 0)
                writer.uint32(16).uint32(message.bitrateBps);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackStats.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TrackStats();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.bitrateBps = value;
                        else
                            delete message.bitrateBps;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TrackStats.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackStats";
        };

        return TrackStats;
    })();

    meridian.AskTrackStats = (function() {

        const AskTrackStats = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        AskTrackStats.create = function(properties) {
            return new AskTrackStats(properties);
        };

        AskTrackStats.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        AskTrackStats.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.AskTrackStats();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        AskTrackStats.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.AskTrackStats";
        };

        return AskTrackStats;
    })();

    meridian.OwnTrackStats = (function() {

        const OwnTrackStats = function (properties) {
            this.tracks = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnTrackStats.prototype.tracks = $util.emptyArray;

        OwnTrackStats.create = function(properties) {
            return new OwnTrackStats(properties);
        };

        OwnTrackStats.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.tracks != null && message.tracks.length)
                for (let i = 0; i < message.tracks.length; ++i)
                    $root.meridian.TrackStats.encode(message.tracks[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnTrackStats.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.OwnTrackStats();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.tracks && message.tracks.length))
                            message.tracks = [];
                        message.tracks.push($root.meridian.TrackStats.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        OwnTrackStats.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnTrackStats";
        };

        return OwnTrackStats;
    })();

    meridian.RoomViewers = (function() {

        const RoomViewers = function (properties) {
            this.byProtocol = {};
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomViewers.prototype.byProtocol = $util.emptyObject;

        RoomViewers.create = function(properties) {
            return new RoomViewers(properties);
        };

        RoomViewers.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.byProtocol != null && $Object.hasOwnProperty.call(message, "byProtocol"))
                for (let keys = $Object.keys(message.byProtocol), i = 0; i < keys.length; ++i)
                    writer.uint32(10).fork().uint32(10).string(keys[i]).uint32(16).uint32(message.byProtocol[keys[i]]).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomViewers.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, key, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RoomViewers();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (message.byProtocol === $util.emptyObject)
                            message.byProtocol = {};
                        let end2 = reader.size() + reader.pos;
                        if (end2 > reader.len)
                            throw $RangeError("index out of range");
                        reader.len = end2;
                        key = "";
                        value = 0;
                        while (reader.pos < end2) {
                            let tag2 = reader.tag();
                            wireType = tag2 & 7;
                            switch (tag2 >>>= 3) {
                            case 1:
                                if (wireType !== 2)
                                    break;
                                key = reader.stringVerify();
                                continue;
                            case 2:
                                if (wireType !== 0)
                                    break;
                                value = reader.uint32();
                                continue;
                            }
                            reader.skipType(wireType, _depth, tag2);
                        }
                        if (reader.pos !== end2)
                            throw $RangeError("index out of range");
                        reader.len = end;
                        if (key === "__proto__")
                            $util.makeProp(message.byProtocol, key);
                        message.byProtocol[key] = value;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RoomViewers.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomViewers";
        };

        return RoomViewers;
    })();

    meridian.RoomEvent = (function() {

        const RoomEvent = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomEvent.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomEvent.prototype.participantJoined = null;
        RoomEvent.prototype.participantLeft = null;
        RoomEvent.prototype.participantChanged = null;
        RoomEvent.prototype.trackPublished = null;
        RoomEvent.prototype.trackUnpublished = null;
        RoomEvent.prototype.trackMuted = null;
        RoomEvent.prototype.speakersChanged = null;
        RoomEvent.prototype.qualityChanged = null;
        RoomEvent.prototype.roomChanged = null;

        let $oneOfFields;

        $Object.defineProperty(RoomEvent.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["participantJoined", "participantLeft", "participantChanged", "trackPublished", "trackUnpublished", "trackMuted", "speakersChanged", "qualityChanged", "roomChanged"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        RoomEvent.create = function(properties) {
            return new RoomEvent(properties);
        };

        RoomEvent.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                writer.uint32(8).uint64(message.seq);
            if (message.participantJoined != null && $Object.hasOwnProperty.call(message, "participantJoined"))
                $root.meridian.ParticipantJoined.encode(message.participantJoined, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.participantLeft != null && $Object.hasOwnProperty.call(message, "participantLeft"))
                $root.meridian.ParticipantLeft.encode(message.participantLeft, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.participantChanged != null && $Object.hasOwnProperty.call(message, "participantChanged"))
                $root.meridian.ParticipantChanged.encode(message.participantChanged, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.trackPublished != null && $Object.hasOwnProperty.call(message, "trackPublished"))
                $root.meridian.TrackPublished.encode(message.trackPublished, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.trackUnpublished != null && $Object.hasOwnProperty.call(message, "trackUnpublished"))
                $root.meridian.TrackUnpublished.encode(message.trackUnpublished, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.trackMuted != null && $Object.hasOwnProperty.call(message, "trackMuted"))
                $root.meridian.TrackMuted.encode(message.trackMuted, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.speakersChanged != null && $Object.hasOwnProperty.call(message, "speakersChanged"))
                $root.meridian.SpeakersChanged.encode(message.speakersChanged, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.qualityChanged != null && $Object.hasOwnProperty.call(message, "qualityChanged"))
                $root.meridian.QualityChanged.encode(message.qualityChanged, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.roomChanged != null && $Object.hasOwnProperty.call(message, "roomChanged"))
                $root.meridian.RoomChanged.encode(message.roomChanged, writer.uint32(82).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomEvent.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RoomEvent();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.seq = value;
                        else
                            delete message.seq;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.participantJoined = $root.meridian.ParticipantJoined.decode(reader, reader.size(), $undefined, _depth + 1, message.participantJoined);
                        message.body = "participantJoined";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.participantLeft = $root.meridian.ParticipantLeft.decode(reader, reader.size(), $undefined, _depth + 1, message.participantLeft);
                        message.body = "participantLeft";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.participantChanged = $root.meridian.ParticipantChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.participantChanged);
                        message.body = "participantChanged";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.trackPublished = $root.meridian.TrackPublished.decode(reader, reader.size(), $undefined, _depth + 1, message.trackPublished);
                        message.body = "trackPublished";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.trackUnpublished = $root.meridian.TrackUnpublished.decode(reader, reader.size(), $undefined, _depth + 1, message.trackUnpublished);
                        message.body = "trackUnpublished";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.trackMuted = $root.meridian.TrackMuted.decode(reader, reader.size(), $undefined, _depth + 1, message.trackMuted);
                        message.body = "trackMuted";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.speakersChanged = $root.meridian.SpeakersChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.speakersChanged);
                        message.body = "speakersChanged";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.qualityChanged = $root.meridian.QualityChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.qualityChanged);
                        message.body = "qualityChanged";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.roomChanged = $root.meridian.RoomChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.roomChanged);
                        message.body = "roomChanged";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RoomEvent.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomEvent";
        };

        return RoomEvent;
    })();

    meridian.RoomEvents = (function() {

        const RoomEvents = function (properties) {
            this.events = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomEvents.prototype.roomEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomEvents.prototype.events = $util.emptyArray;

        RoomEvents.create = function(properties) {
            return new RoomEvents(properties);
        };

        RoomEvents.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomEpoch != null && $Object.hasOwnProperty.call(message, "roomEpoch") && (typeof message.roomEpoch === "object" ? message.roomEpoch.low || message.roomEpoch.high : message.roomEpoch !== 0))
                writer.uint32(8).uint64(message.roomEpoch);
            if (message.events != null && message.events.length)
                for (let i = 0; i < message.events.length; ++i)
                    $root.meridian.RoomEvent.encode(message.events[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomEvents.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RoomEvents();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.roomEpoch = value;
                        else
                            delete message.roomEpoch;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.events && message.events.length))
                            message.events = [];
                        message.events.push($root.meridian.RoomEvent.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RoomEvents.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomEvents";
        };

        return RoomEvents;
    })();

    meridian.RosterSnapshot = (function() {

        const RosterSnapshot = function (properties) {
            this.participants = [];
            this.speakers = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RosterSnapshot.prototype.roomEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RosterSnapshot.prototype.rosterSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RosterSnapshot.prototype.participants = $util.emptyArray;
        RosterSnapshot.prototype.speakers = $util.emptyArray;
        RosterSnapshot.prototype.info = null;

        RosterSnapshot.create = function(properties) {
            return new RosterSnapshot(properties);
        };

        RosterSnapshot.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomEpoch != null && $Object.hasOwnProperty.call(message, "roomEpoch") && (typeof message.roomEpoch === "object" ? message.roomEpoch.low || message.roomEpoch.high : message.roomEpoch !== 0))
                writer.uint32(8).uint64(message.roomEpoch);
            if (message.rosterSeq != null && $Object.hasOwnProperty.call(message, "rosterSeq") && (typeof message.rosterSeq === "object" ? message.rosterSeq.low || message.rosterSeq.high : message.rosterSeq !== 0))
                writer.uint32(16).uint64(message.rosterSeq);
            if (message.participants != null && message.participants.length)
                for (let i = 0; i < message.participants.length; ++i)
                    $root.meridian.ParticipantInfo.encode(message.participants[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.speakers != null && message.speakers.length)
                for (let i = 0; i < message.speakers.length; ++i)
                    $root.meridian.Speaker.encode(message.speakers[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.info != null && $Object.hasOwnProperty.call(message, "info"))
                $root.meridian.RoomInfo.encode(message.info, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RosterSnapshot.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RosterSnapshot();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.roomEpoch = value;
                        else
                            delete message.roomEpoch;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.rosterSeq = value;
                        else
                            delete message.rosterSeq;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.participants && message.participants.length))
                            message.participants = [];
                        message.participants.push($root.meridian.ParticipantInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.speakers && message.speakers.length))
                            message.speakers = [];
                        message.speakers.push($root.meridian.Speaker.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.info = $root.meridian.RoomInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.info);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RosterSnapshot.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RosterSnapshot";
        };

        return RosterSnapshot;
    })();

    meridian.SubscriptionsAdded = (function() {

        const SubscriptionsAdded = function (properties) {
            this.subscriptions = [];
            this.failed = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SubscriptionsAdded.prototype.subscriptions = $util.emptyArray;
        SubscriptionsAdded.prototype.failed = $util.emptyArray;

        SubscriptionsAdded.create = function(properties) {
            return new SubscriptionsAdded(properties);
        };

        SubscriptionsAdded.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.Subscription.encode(message.subscriptions[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.failed != null && message.failed.length)
                for (let i = 0; i < message.failed.length; ++i)
                    $root.meridian.SubscriptionFailed.encode(message.failed[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SubscriptionsAdded.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SubscriptionsAdded();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.Subscription.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.failed && message.failed.length))
                            message.failed = [];
                        message.failed.push($root.meridian.SubscriptionFailed.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SubscriptionsAdded.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SubscriptionsAdded";
        };

        return SubscriptionsAdded;
    })();

    meridian.SubscriptionFailed = (function() {

        const SubscriptionFailed = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SubscriptionFailed.prototype.trackId = "";
        SubscriptionFailed.prototype.code = "";
        SubscriptionFailed.prototype.message = "";

        SubscriptionFailed.create = function(properties) {
            return new SubscriptionFailed(properties);
        };

        SubscriptionFailed.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(18).string(message.code);
            if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                writer.uint32(26).string(message.message);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SubscriptionFailed.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SubscriptionFailed();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.message = value;
                        else
                            delete message.message;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SubscriptionFailed.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SubscriptionFailed";
        };

        return SubscriptionFailed;
    })();

    meridian.SubscriptionRemoved = (function() {

        const SubscriptionRemoved = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SubscriptionRemoved.prototype.consumerId = "";
        SubscriptionRemoved.prototype.trackId = "";
        SubscriptionRemoved.prototype.reason = "";

        SubscriptionRemoved.create = function(properties) {
            return new SubscriptionRemoved(properties);
        };

        SubscriptionRemoved.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.consumerId != null && $Object.hasOwnProperty.call(message, "consumerId") && message.consumerId !== "")
                writer.uint32(10).string(message.consumerId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(26).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SubscriptionRemoved.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SubscriptionRemoved();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.consumerId = value;
                        else
                            delete message.consumerId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SubscriptionRemoved.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SubscriptionRemoved";
        };

        return SubscriptionRemoved;
    })();

    meridian.SubscriptionState = (function() {

        const SubscriptionState = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SubscriptionState.prototype.consumerId = "";
        SubscriptionState.prototype.trackId = "";
        SubscriptionState.prototype.producerPaused = false;
        SubscriptionState.prototype.spatialLayer = null;
        SubscriptionState.prototype.temporalLayer = null;
        SubscriptionState.prototype.score = 0;
        SubscriptionState.prototype.pausedReason = "";

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(SubscriptionState.prototype, "_spatialLayer", {
            get: $util.oneOfGetter($oneOfFields = ["spatialLayer"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(SubscriptionState.prototype, "_temporalLayer", {
            get: $util.oneOfGetter($oneOfFields = ["temporalLayer"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        SubscriptionState.create = function(properties) {
            return new SubscriptionState(properties);
        };

        SubscriptionState.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.consumerId != null && $Object.hasOwnProperty.call(message, "consumerId") && message.consumerId !== "")
                writer.uint32(10).string(message.consumerId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.producerPaused != null && $Object.hasOwnProperty.call(message, "producerPaused") && message.producerPaused !== false)
                writer.uint32(24).bool(message.producerPaused);
            if (message.spatialLayer != null && $Object.hasOwnProperty.call(message, "spatialLayer"))
                writer.uint32(32).uint32(message.spatialLayer);
            if (message.temporalLayer != null && $Object.hasOwnProperty.call(message, "temporalLayer"))
                writer.uint32(40).uint32(message.temporalLayer);
            if (message.score != null && $Object.hasOwnProperty.call(message, "score") && message.score !== 0)
                writer.uint32(48).uint32(message.score);
            if (message.pausedReason != null && $Object.hasOwnProperty.call(message, "pausedReason") && message.pausedReason !== "")
                writer.uint32(58).string(message.pausedReason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SubscriptionState.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.SubscriptionState();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.consumerId = value;
                        else
                            delete message.consumerId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.producerPaused = value;
                        else
                            delete message.producerPaused;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.spatialLayer = reader.uint32();
                        message._spatialLayer = "spatialLayer";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.temporalLayer = reader.uint32();
                        message._temporalLayer = "temporalLayer";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.score = value;
                        else
                            delete message.score;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.pausedReason = value;
                        else
                            delete message.pausedReason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SubscriptionState.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SubscriptionState";
        };

        return SubscriptionState;
    })();

    meridian.LayerDemand = (function() {

        const LayerDemand = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LayerDemand.prototype.trackId = "";
        LayerDemand.prototype.maxSpatialLayer = 0;
        LayerDemand.prototype.moveId = "";

        LayerDemand.create = function(properties) {
            return new LayerDemand(properties);
        };

        LayerDemand.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.maxSpatialLayer != null && $Object.hasOwnProperty.call(message, "maxSpatialLayer") && message.maxSpatialLayer !== 0)
                writer.uint32(16).sint32(message.maxSpatialLayer);
            if (message.moveId != null && $Object.hasOwnProperty.call(message, "moveId") && message.moveId !== "")
                writer.uint32(26).string(message.moveId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LayerDemand.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.LayerDemand();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.sint32())
                            message.maxSpatialLayer = value;
                        else
                            delete message.maxSpatialLayer;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.moveId = value;
                        else
                            delete message.moveId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        LayerDemand.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.LayerDemand";
        };

        return LayerDemand;
    })();

    meridian.RenditionWanted = (function() {

        const RenditionWanted = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RenditionWanted.prototype.trackId = "";
        RenditionWanted.prototype.mimeType = "";
        RenditionWanted.prototype.isWanted = false;

        RenditionWanted.create = function(properties) {
            return new RenditionWanted(properties);
        };

        RenditionWanted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.mimeType != null && $Object.hasOwnProperty.call(message, "mimeType") && message.mimeType !== "")
                writer.uint32(18).string(message.mimeType);
            if (message.isWanted != null && $Object.hasOwnProperty.call(message, "isWanted") && message.isWanted !== false)
                writer.uint32(24).bool(message.isWanted);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RenditionWanted.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.RenditionWanted();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mimeType = value;
                        else
                            delete message.mimeType;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.isWanted = value;
                        else
                            delete message.isWanted;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RenditionWanted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RenditionWanted";
        };

        return RenditionWanted;
    })();

    meridian.DataReceived = (function() {

        const DataReceived = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DataReceived.prototype.sessionId = "";
        DataReceived.prototype.identity = "";
        DataReceived.prototype.payload = $util.newBuffer([]);
        DataReceived.prototype.topic = "";
        DataReceived.prototype.lossy = false;
        DataReceived.prototype.wallMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        DataReceived.create = function(properties) {
            return new DataReceived(properties);
        };

        DataReceived.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(10).string(message.sessionId);
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(18).string(message.identity);
            if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
                writer.uint32(26).bytes(message.payload);
            if (message.topic != null && $Object.hasOwnProperty.call(message, "topic") && message.topic !== "")
                writer.uint32(34).string(message.topic);
            if (message.lossy != null && $Object.hasOwnProperty.call(message, "lossy") && message.lossy !== false)
                writer.uint32(40).bool(message.lossy);
            if (message.wallMs != null && $Object.hasOwnProperty.call(message, "wallMs") && (typeof message.wallMs === "object" ? message.wallMs.low || message.wallMs.high : message.wallMs !== 0))
                writer.uint32(48).uint64(message.wallMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DataReceived.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.DataReceived();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.identity = value;
                        else
                            delete message.identity;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.payload = value;
                        else
                            delete message.payload;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.topic = value;
                        else
                            delete message.topic;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.lossy = value;
                        else
                            delete message.lossy;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.wallMs = value;
                        else
                            delete message.wallMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        DataReceived.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.DataReceived";
        };

        return DataReceived;
    })();

    meridian.TrackMoved = (function() {

        const TrackMoved = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackMoved.prototype.trackId = "";
        TrackMoved.prototype.trackEpoch = 0;
        TrackMoved.prototype.oldConsumerId = "";
        TrackMoved.prototype.subscription = null;

        TrackMoved.create = function(properties) {
            return new TrackMoved(properties);
        };

        TrackMoved.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.trackEpoch != null && $Object.hasOwnProperty.call(message, "trackEpoch") && message.trackEpoch !== 0)
                writer.uint32(16).uint32(message.trackEpoch);
            if (message.oldConsumerId != null && $Object.hasOwnProperty.call(message, "oldConsumerId") && message.oldConsumerId !== "")
                writer.uint32(26).string(message.oldConsumerId);
            if (message.subscription != null && $Object.hasOwnProperty.call(message, "subscription"))
                $root.meridian.Subscription.encode(message.subscription, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackMoved.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TrackMoved();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.trackEpoch = value;
                        else
                            delete message.trackEpoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.oldConsumerId = value;
                        else
                            delete message.oldConsumerId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.subscription = $root.meridian.Subscription.decode(reader, reader.size(), $undefined, _depth + 1, message.subscription);
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TrackMoved.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackMoved";
        };

        return TrackMoved;
    })();

    meridian.MoveParticipant = (function() {

        const MoveParticipant = function (properties) {
            this.subscriptions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        MoveParticipant.prototype.moveId = "";
        MoveParticipant.prototype.node = null;
        MoveParticipant.prototype.sendTransport = null;
        MoveParticipant.prototype.recvTransport = null;
        MoveParticipant.prototype.reason = "";
        MoveParticipant.prototype.decisionId = "";
        MoveParticipant.prototype.subscriptions = $util.emptyArray;

        MoveParticipant.create = function(properties) {
            return new MoveParticipant(properties);
        };

        MoveParticipant.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.moveId != null && $Object.hasOwnProperty.call(message, "moveId") && message.moveId !== "")
                writer.uint32(10).string(message.moveId);
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                $root.meridian.Place.encode(message.node, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.sendTransport != null && $Object.hasOwnProperty.call(message, "sendTransport"))
                $root.meridian.TransportInfo.encode(message.sendTransport, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.recvTransport != null && $Object.hasOwnProperty.call(message, "recvTransport"))
                $root.meridian.TransportInfo.encode(message.recvTransport, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(42).string(message.reason);
            if (message.decisionId != null && $Object.hasOwnProperty.call(message, "decisionId") && message.decisionId !== "")
                writer.uint32(50).string(message.decisionId);
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.Subscription.encode(message.subscriptions[i], writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        MoveParticipant.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.MoveParticipant();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.moveId = value;
                        else
                            delete message.moveId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.node = $root.meridian.Place.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.sendTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.sendTransport);
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.recvTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.recvTransport);
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.decisionId = value;
                        else
                            delete message.decisionId;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.Subscription.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        MoveParticipant.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.MoveParticipant";
        };

        return MoveParticipant;
    })();

    meridian.MoveDone = (function() {

        const MoveDone = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        MoveDone.prototype.moveId = "";
        MoveDone.prototype.ok = false;
        MoveDone.prototype.code = "";

        MoveDone.create = function(properties) {
            return new MoveDone(properties);
        };

        MoveDone.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.moveId != null && $Object.hasOwnProperty.call(message, "moveId") && message.moveId !== "")
                writer.uint32(10).string(message.moveId);
            if (message.ok != null && $Object.hasOwnProperty.call(message, "ok") && message.ok !== false)
                writer.uint32(16).bool(message.ok);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(26).string(message.code);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        MoveDone.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.MoveDone();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.moveId = value;
                        else
                            delete message.moveId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.ok = value;
                        else
                            delete message.ok;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        MoveDone.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.MoveDone";
        };

        return MoveDone;
    })();

    meridian.EchoTarget = (function() {

        const EchoTarget = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        EchoTarget.prototype.signalingId = "";
        EchoTarget.prototype.url = "";

        EchoTarget.create = function(properties) {
            return new EchoTarget(properties);
        };

        EchoTarget.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(10).string(message.signalingId);
            if (message.url != null && $Object.hasOwnProperty.call(message, "url") && message.url !== "")
                writer.uint32(18).string(message.url);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        EchoTarget.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.EchoTarget();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingId = value;
                        else
                            delete message.signalingId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.url = value;
                        else
                            delete message.url;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        EchoTarget.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.EchoTarget";
        };

        return EchoTarget;
    })();

    meridian.EchoTargets = (function() {

        const EchoTargets = function (properties) {
            this.targets = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        EchoTargets.prototype.targets = $util.emptyArray;

        EchoTargets.create = function(properties) {
            return new EchoTargets(properties);
        };

        EchoTargets.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.targets != null && message.targets.length)
                for (let i = 0; i < message.targets.length; ++i)
                    $root.meridian.EchoTarget.encode(message.targets[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        EchoTargets.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.EchoTargets();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.targets && message.targets.length))
                            message.targets = [];
                        message.targets.push($root.meridian.EchoTarget.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        EchoTargets.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.EchoTargets";
        };

        return EchoTargets;
    })();

    meridian.TransportChanged = (function() {

        const TransportChanged = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TransportChanged.prototype.transportId = "";
        TransportChanged.prototype.state = "";

        TransportChanged.create = function(properties) {
            return new TransportChanged(properties);
        };

        TransportChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.transportId != null && $Object.hasOwnProperty.call(message, "transportId") && message.transportId !== "")
                writer.uint32(10).string(message.transportId);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                writer.uint32(18).string(message.state);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TransportChanged.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.TransportChanged();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.transportId = value;
                        else
                            delete message.transportId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.state = value;
                        else
                            delete message.state;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        TransportChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TransportChanged";
        };

        return TransportChanged;
    })();

    meridian.Disconnect = (function() {

        const Disconnect = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Disconnect.prototype.code = "";
        Disconnect.prototype.message = "";
        Disconnect.prototype.reconnect = false;
        Disconnect.prototype.retryAfterMs = 0;

        Disconnect.create = function(properties) {
            return new Disconnect(properties);
        };

        Disconnect.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(10).string(message.code);
            if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                writer.uint32(18).string(message.message);
            if (message.reconnect != null && $Object.hasOwnProperty.call(message, "reconnect") && message.reconnect !== false)
                writer.uint32(24).bool(message.reconnect);
            if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs") && message.retryAfterMs !== 0)
                writer.uint32(32).uint32(message.retryAfterMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Disconnect.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.Disconnect();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.message = value;
                        else
                            delete message.message;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.reconnect = value;
                        else
                            delete message.reconnect;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.retryAfterMs = value;
                        else
                            delete message.retryAfterMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Disconnect.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Disconnect";
        };

        return Disconnect;
    })();

    meridian.ServerFrame = (function() {

        const ServerFrame = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ServerFrame.prototype.replyTo = 0;
        ServerFrame.prototype.error = null;
        ServerFrame.prototype.ack = null;
        ServerFrame.prototype.joined = null;
        ServerFrame.prototype.published = null;
        ServerFrame.prototype.iceRestarted = null;
        ServerFrame.prototype.roomEvents = null;
        ServerFrame.prototype.rosterSnapshot = null;
        ServerFrame.prototype.subscriptionsAdded = null;
        ServerFrame.prototype.subscriptionRemoved = null;
        ServerFrame.prototype.subscriptionState = null;
        ServerFrame.prototype.layerDemand = null;
        ServerFrame.prototype.dataReceived = null;
        ServerFrame.prototype.trackMoved = null;
        ServerFrame.prototype.moveParticipant = null;
        ServerFrame.prototype.transportChanged = null;
        ServerFrame.prototype.disconnect = null;
        ServerFrame.prototype.pong = null;
        ServerFrame.prototype.echoTargets = null;
        ServerFrame.prototype.moveDone = null;
        ServerFrame.prototype.placementExplained = null;
        ServerFrame.prototype.renditionWanted = null;
        ServerFrame.prototype.roomViewers = null;
        ServerFrame.prototype.ownTrackStats = null;
        ServerFrame.prototype.waiting = null;
        ServerFrame.prototype.lobby = null;
        ServerFrame.prototype.unmuteAsked = null;
        ServerFrame.prototype.rightsChanged = null;

        let $oneOfFields;

        $Object.defineProperty(ServerFrame.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["error", "ack", "joined", "published", "iceRestarted", "roomEvents", "rosterSnapshot", "subscriptionsAdded", "subscriptionRemoved", "subscriptionState", "layerDemand", "dataReceived", "trackMoved", "moveParticipant", "transportChanged", "disconnect", "pong", "echoTargets", "moveDone", "placementExplained", "renditionWanted", "roomViewers", "ownTrackStats", "waiting", "lobby", "unmuteAsked", "rightsChanged"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        ServerFrame.create = function(properties) {
            return new ServerFrame(properties);
        };

        ServerFrame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.replyTo != null && $Object.hasOwnProperty.call(message, "replyTo") && message.replyTo !== 0)
                writer.uint32(8).uint32(message.replyTo);
            if (message.error != null && $Object.hasOwnProperty.call(message, "error"))
                $root.meridian.ErrorInfo.encode(message.error, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.ack != null && $Object.hasOwnProperty.call(message, "ack"))
                $root.meridian.Ack.encode(message.ack, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.joined != null && $Object.hasOwnProperty.call(message, "joined"))
                $root.meridian.Joined.encode(message.joined, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.published != null && $Object.hasOwnProperty.call(message, "published"))
                $root.meridian.Published.encode(message.published, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.iceRestarted != null && $Object.hasOwnProperty.call(message, "iceRestarted"))
                $root.meridian.IceRestarted.encode(message.iceRestarted, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.roomEvents != null && $Object.hasOwnProperty.call(message, "roomEvents"))
                $root.meridian.RoomEvents.encode(message.roomEvents, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.rosterSnapshot != null && $Object.hasOwnProperty.call(message, "rosterSnapshot"))
                $root.meridian.RosterSnapshot.encode(message.rosterSnapshot, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.subscriptionsAdded != null && $Object.hasOwnProperty.call(message, "subscriptionsAdded"))
                $root.meridian.SubscriptionsAdded.encode(message.subscriptionsAdded, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.subscriptionRemoved != null && $Object.hasOwnProperty.call(message, "subscriptionRemoved"))
                $root.meridian.SubscriptionRemoved.encode(message.subscriptionRemoved, writer.uint32(82).fork(), _depth + 1).ldelim();
            if (message.subscriptionState != null && $Object.hasOwnProperty.call(message, "subscriptionState"))
                $root.meridian.SubscriptionState.encode(message.subscriptionState, writer.uint32(90).fork(), _depth + 1).ldelim();
            if (message.layerDemand != null && $Object.hasOwnProperty.call(message, "layerDemand"))
                $root.meridian.LayerDemand.encode(message.layerDemand, writer.uint32(98).fork(), _depth + 1).ldelim();
            if (message.dataReceived != null && $Object.hasOwnProperty.call(message, "dataReceived"))
                $root.meridian.DataReceived.encode(message.dataReceived, writer.uint32(106).fork(), _depth + 1).ldelim();
            if (message.trackMoved != null && $Object.hasOwnProperty.call(message, "trackMoved"))
                $root.meridian.TrackMoved.encode(message.trackMoved, writer.uint32(114).fork(), _depth + 1).ldelim();
            if (message.moveParticipant != null && $Object.hasOwnProperty.call(message, "moveParticipant"))
                $root.meridian.MoveParticipant.encode(message.moveParticipant, writer.uint32(122).fork(), _depth + 1).ldelim();
            if (message.transportChanged != null && $Object.hasOwnProperty.call(message, "transportChanged"))
                $root.meridian.TransportChanged.encode(message.transportChanged, writer.uint32(130).fork(), _depth + 1).ldelim();
            if (message.disconnect != null && $Object.hasOwnProperty.call(message, "disconnect"))
                $root.meridian.Disconnect.encode(message.disconnect, writer.uint32(138).fork(), _depth + 1).ldelim();
            if (message.pong != null && $Object.hasOwnProperty.call(message, "pong"))
                $root.meridian.Pong.encode(message.pong, writer.uint32(146).fork(), _depth + 1).ldelim();
            if (message.echoTargets != null && $Object.hasOwnProperty.call(message, "echoTargets"))
                $root.meridian.EchoTargets.encode(message.echoTargets, writer.uint32(154).fork(), _depth + 1).ldelim();
            if (message.moveDone != null && $Object.hasOwnProperty.call(message, "moveDone"))
                $root.meridian.MoveDone.encode(message.moveDone, writer.uint32(162).fork(), _depth + 1).ldelim();
            if (message.placementExplained != null && $Object.hasOwnProperty.call(message, "placementExplained"))
                $root.meridian.PlacementExplained.encode(message.placementExplained, writer.uint32(170).fork(), _depth + 1).ldelim();
            if (message.renditionWanted != null && $Object.hasOwnProperty.call(message, "renditionWanted"))
                $root.meridian.RenditionWanted.encode(message.renditionWanted, writer.uint32(178).fork(), _depth + 1).ldelim();
            if (message.roomViewers != null && $Object.hasOwnProperty.call(message, "roomViewers"))
                $root.meridian.RoomViewers.encode(message.roomViewers, writer.uint32(186).fork(), _depth + 1).ldelim();
            if (message.ownTrackStats != null && $Object.hasOwnProperty.call(message, "ownTrackStats"))
                $root.meridian.OwnTrackStats.encode(message.ownTrackStats, writer.uint32(194).fork(), _depth + 1).ldelim();
            if (message.waiting != null && $Object.hasOwnProperty.call(message, "waiting"))
                $root.meridian.Waiting.encode(message.waiting, writer.uint32(202).fork(), _depth + 1).ldelim();
            if (message.lobby != null && $Object.hasOwnProperty.call(message, "lobby"))
                $root.meridian.Lobby.encode(message.lobby, writer.uint32(210).fork(), _depth + 1).ldelim();
            if (message.unmuteAsked != null && $Object.hasOwnProperty.call(message, "unmuteAsked"))
                $root.meridian.UnmuteAsked.encode(message.unmuteAsked, writer.uint32(218).fork(), _depth + 1).ldelim();
            if (message.rightsChanged != null && $Object.hasOwnProperty.call(message, "rightsChanged"))
                $root.meridian.RightsChanged.encode(message.rightsChanged, writer.uint32(226).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ServerFrame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.meridian.ServerFrame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.replyTo = value;
                        else
                            delete message.replyTo;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.error = $root.meridian.ErrorInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.error);
                        message.body = "error";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.ack = $root.meridian.Ack.decode(reader, reader.size(), $undefined, _depth + 1, message.ack);
                        message.body = "ack";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.joined = $root.meridian.Joined.decode(reader, reader.size(), $undefined, _depth + 1, message.joined);
                        message.body = "joined";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.published = $root.meridian.Published.decode(reader, reader.size(), $undefined, _depth + 1, message.published);
                        message.body = "published";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.iceRestarted = $root.meridian.IceRestarted.decode(reader, reader.size(), $undefined, _depth + 1, message.iceRestarted);
                        message.body = "iceRestarted";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.roomEvents = $root.meridian.RoomEvents.decode(reader, reader.size(), $undefined, _depth + 1, message.roomEvents);
                        message.body = "roomEvents";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.rosterSnapshot = $root.meridian.RosterSnapshot.decode(reader, reader.size(), $undefined, _depth + 1, message.rosterSnapshot);
                        message.body = "rosterSnapshot";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.subscriptionsAdded = $root.meridian.SubscriptionsAdded.decode(reader, reader.size(), $undefined, _depth + 1, message.subscriptionsAdded);
                        message.body = "subscriptionsAdded";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.subscriptionRemoved = $root.meridian.SubscriptionRemoved.decode(reader, reader.size(), $undefined, _depth + 1, message.subscriptionRemoved);
                        message.body = "subscriptionRemoved";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.subscriptionState = $root.meridian.SubscriptionState.decode(reader, reader.size(), $undefined, _depth + 1, message.subscriptionState);
                        message.body = "subscriptionState";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.layerDemand = $root.meridian.LayerDemand.decode(reader, reader.size(), $undefined, _depth + 1, message.layerDemand);
                        message.body = "layerDemand";
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        message.dataReceived = $root.meridian.DataReceived.decode(reader, reader.size(), $undefined, _depth + 1, message.dataReceived);
                        message.body = "dataReceived";
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        message.trackMoved = $root.meridian.TrackMoved.decode(reader, reader.size(), $undefined, _depth + 1, message.trackMoved);
                        message.body = "trackMoved";
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        message.moveParticipant = $root.meridian.MoveParticipant.decode(reader, reader.size(), $undefined, _depth + 1, message.moveParticipant);
                        message.body = "moveParticipant";
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        message.transportChanged = $root.meridian.TransportChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.transportChanged);
                        message.body = "transportChanged";
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        message.disconnect = $root.meridian.Disconnect.decode(reader, reader.size(), $undefined, _depth + 1, message.disconnect);
                        message.body = "disconnect";
                        continue;
                    }
                case 18: {
                        if (wireType !== 2)
                            break;
                        message.pong = $root.meridian.Pong.decode(reader, reader.size(), $undefined, _depth + 1, message.pong);
                        message.body = "pong";
                        continue;
                    }
                case 19: {
                        if (wireType !== 2)
                            break;
                        message.echoTargets = $root.meridian.EchoTargets.decode(reader, reader.size(), $undefined, _depth + 1, message.echoTargets);
                        message.body = "echoTargets";
                        continue;
                    }
                case 20: {
                        if (wireType !== 2)
                            break;
                        message.moveDone = $root.meridian.MoveDone.decode(reader, reader.size(), $undefined, _depth + 1, message.moveDone);
                        message.body = "moveDone";
                        continue;
                    }
                case 21: {
                        if (wireType !== 2)
                            break;
                        message.placementExplained = $root.meridian.PlacementExplained.decode(reader, reader.size(), $undefined, _depth + 1, message.placementExplained);
                        message.body = "placementExplained";
                        continue;
                    }
                case 22: {
                        if (wireType !== 2)
                            break;
                        message.renditionWanted = $root.meridian.RenditionWanted.decode(reader, reader.size(), $undefined, _depth + 1, message.renditionWanted);
                        message.body = "renditionWanted";
                        continue;
                    }
                case 23: {
                        if (wireType !== 2)
                            break;
                        message.roomViewers = $root.meridian.RoomViewers.decode(reader, reader.size(), $undefined, _depth + 1, message.roomViewers);
                        message.body = "roomViewers";
                        continue;
                    }
                case 24: {
                        if (wireType !== 2)
                            break;
                        message.ownTrackStats = $root.meridian.OwnTrackStats.decode(reader, reader.size(), $undefined, _depth + 1, message.ownTrackStats);
                        message.body = "ownTrackStats";
                        continue;
                    }
                case 25: {
                        if (wireType !== 2)
                            break;
                        message.waiting = $root.meridian.Waiting.decode(reader, reader.size(), $undefined, _depth + 1, message.waiting);
                        message.body = "waiting";
                        continue;
                    }
                case 26: {
                        if (wireType !== 2)
                            break;
                        message.lobby = $root.meridian.Lobby.decode(reader, reader.size(), $undefined, _depth + 1, message.lobby);
                        message.body = "lobby";
                        continue;
                    }
                case 27: {
                        if (wireType !== 2)
                            break;
                        message.unmuteAsked = $root.meridian.UnmuteAsked.decode(reader, reader.size(), $undefined, _depth + 1, message.unmuteAsked);
                        message.body = "unmuteAsked";
                        continue;
                    }
                case 28: {
                        if (wireType !== 2)
                            break;
                        message.rightsChanged = $root.meridian.RightsChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.rightsChanged);
                        message.body = "rightsChanged";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ServerFrame.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ServerFrame";
        };

        return ServerFrame;
    })();

    return meridian;
})();

export {
  $root as default
};
