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

    meridian.ParticipantInfo = (function() {

        const ParticipantInfo = function (properties) {
            this.tracks = [];
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

    meridian.Wish = (function() {

        const Wish = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Wish.prototype.kind = 0;
        Wish.prototype.source = 0;
        Wish.prototype.trackId = "";

        Wish.create = function(properties) {
            return new Wish(properties);
        };

        Wish.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                writer.uint32(8).int32(message.kind);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== 0)
                writer.uint32(16).int32(message.source);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(26).string(message.trackId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Wish.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Wish();
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
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 3: {
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

        Wish.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Wish";
        };

        return Wish;
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
        Resume.prototype.rosterSeq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

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
            if (message.rosterSeq != null && $Object.hasOwnProperty.call(message, "rosterSeq") && (typeof message.rosterSeq === "object" ? message.rosterSeq.low || message.rosterSeq.high : message.rosterSeq !== 0))
                writer.uint32(24).uint64(message.rosterSeq);
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
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.rosterSeq = value;
                        else
                            delete message.rosterSeq;
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
            this.wishes = [];
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
        Join.prototype.sendFingerprint = null;
        Join.prototype.recvFingerprint = null;
        Join.prototype.echoTimes = $util.emptyArray;
        Join.prototype.wishes = $util.emptyArray;
        Join.prototype.manualSubscribe = false;
        Join.prototype.fromCity = "";
        Join.prototype.resume = null;

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
            if (message.sendFingerprint != null && $Object.hasOwnProperty.call(message, "sendFingerprint"))
                $root.meridian.DtlsFingerprint.encode(message.sendFingerprint, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.recvFingerprint != null && $Object.hasOwnProperty.call(message, "recvFingerprint"))
                $root.meridian.DtlsFingerprint.encode(message.recvFingerprint, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.echoTimes != null && message.echoTimes.length)
                for (let i = 0; i < message.echoTimes.length; ++i)
                    $root.meridian.EchoTime.encode(message.echoTimes[i], writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.wishes != null && message.wishes.length)
                for (let i = 0; i < message.wishes.length; ++i)
                    $root.meridian.Wish.encode(message.wishes[i], writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.manualSubscribe != null && $Object.hasOwnProperty.call(message, "manualSubscribe") && message.manualSubscribe !== false)
                writer.uint32(80).bool(message.manualSubscribe);
            if (message.fromCity != null && $Object.hasOwnProperty.call(message, "fromCity") && message.fromCity !== "")
                writer.uint32(90).string(message.fromCity);
            if (message.resume != null && $Object.hasOwnProperty.call(message, "resume"))
                $root.meridian.Resume.encode(message.resume, writer.uint32(98).fork(), _depth + 1).ldelim();
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
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.sendFingerprint = $root.meridian.DtlsFingerprint.decode(reader, reader.size(), $undefined, _depth + 1, message.sendFingerprint);
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.recvFingerprint = $root.meridian.DtlsFingerprint.decode(reader, reader.size(), $undefined, _depth + 1, message.recvFingerprint);
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
                case 9: {
                        if (wireType !== 2)
                            break;
                        if (!(message.wishes && message.wishes.length))
                            message.wishes = [];
                        message.wishes.push($root.meridian.Wish.decode(reader, reader.size(), $undefined, _depth + 1));
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
            this.options = [];
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
        PlacementInfo.prototype.options = $util.emptyArray;

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
            if (message.options != null && message.options.length)
                for (let i = 0; i < message.options.length; ++i)
                    $root.meridian.PlacementOption.encode(message.options[i], writer.uint32(106).fork(), _depth + 1).ldelim();
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
                case 13: {
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
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UpdateSelf.prototype.name = null;
        UpdateSelf.prototype.metadata = null;

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

    meridian.Leave = (function() {

        const Leave = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Leave.prototype.reason = "";

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

        let $oneOfFields;

        $Object.defineProperty(ClientFrame.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["join", "publish", "unpublish", "setTrackMuted", "updateSubscription", "subscriptionsReady", "trackMoveDone", "sendData", "restartIce", "kick", "muteParticipant", "updateSelf", "stats", "leave", "ping", "moveReady"]),
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

        let $oneOfFields;

        $Object.defineProperty(RoomEvent.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["participantJoined", "participantLeft", "participantChanged", "trackPublished", "trackUnpublished", "trackMuted", "speakersChanged", "qualityChanged"]),
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

        let $oneOfFields;

        $Object.defineProperty(ServerFrame.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["error", "ack", "joined", "published", "iceRestarted", "roomEvents", "rosterSnapshot", "subscriptionsAdded", "subscriptionRemoved", "subscriptionState", "layerDemand", "dataReceived", "trackMoved", "moveParticipant", "transportChanged", "disconnect", "pong"]),
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

    meridian.Empty = (function() {

        const Empty = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Empty.create = function(properties) {
            return new Empty(properties);
        };

        Empty.encode = function (message, writer, _depth) {
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

        Empty.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Empty();
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

        Empty.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Empty";
        };

        return Empty;
    })();

    meridian.Address = (function() {

        const Address = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Address.prototype.purpose = "";
        Address.prototype.protocol = "";
        Address.prototype.ip = "";
        Address.prototype.announced = "";
        Address.prototype.port = 0;

        Address.create = function(properties) {
            return new Address(properties);
        };

        Address.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.purpose != null && $Object.hasOwnProperty.call(message, "purpose") && message.purpose !== "")
                writer.uint32(10).string(message.purpose);
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== "")
                writer.uint32(18).string(message.protocol);
            if (message.ip != null && $Object.hasOwnProperty.call(message, "ip") && message.ip !== "")
                writer.uint32(26).string(message.ip);
            if (message.announced != null && $Object.hasOwnProperty.call(message, "announced") && message.announced !== "")
                writer.uint32(34).string(message.announced);
            if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                writer.uint32(40).uint32(message.port);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Address.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Address();
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
                            message.purpose = value;
                        else
                            delete message.purpose;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.protocol = value;
                        else
                            delete message.protocol;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ip = value;
                        else
                            delete message.ip;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.announced = value;
                        else
                            delete message.announced;
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

        Address.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Address";
        };

        return Address;
    })();

    meridian.Capacity = (function() {

        const Capacity = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Capacity.prototype.bandwidthBps = 0;
        Capacity.prototype.cpuCores = 0;
        Capacity.prototype.sessions = 0;
        Capacity.prototype.consumers = 0;

        Capacity.create = function(properties) {
            return new Capacity(properties);
        };

        Capacity.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.bandwidthBps != null && $Object.hasOwnProperty.call(message, "bandwidthBps") && !$Object.is(message.bandwidthBps, 0))
                writer.uint32(9).double(message.bandwidthBps);
            if (message.cpuCores != null && $Object.hasOwnProperty.call(message, "cpuCores") && !$Object.is(message.cpuCores, 0))
                writer.uint32(17).double(message.cpuCores);
            if (message.sessions != null && $Object.hasOwnProperty.call(message, "sessions") && message.sessions !== 0)
                writer.uint32(24).uint32(message.sessions);
            if (message.consumers != null && $Object.hasOwnProperty.call(message, "consumers") && message.consumers !== 0)
                writer.uint32(32).uint32(message.consumers);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Capacity.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Capacity();
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
                            message.bandwidthBps = value;
                        else
                            delete message.bandwidthBps;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.cpuCores = value;
                        else
                            delete message.cpuCores;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sessions = value;
                        else
                            delete message.sessions;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.consumers = value;
                        else
                            delete message.consumers;
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

        Capacity.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Capacity";
        };

        return Capacity;
    })();

    meridian.Versions = (function() {

        const Versions = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Versions.prototype.software = "";
        Versions.prototype.protocol = 0;
        Versions.prototype.router = 0;

        Versions.create = function(properties) {
            return new Versions(properties);
        };

        Versions.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.software != null && $Object.hasOwnProperty.call(message, "software") && message.software !== "")
                writer.uint32(10).string(message.software);
            if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== 0)
                writer.uint32(16).uint32(message.protocol);
            if (message.router != null && $Object.hasOwnProperty.call(message, "router") && message.router !== 0)
                writer.uint32(24).uint32(message.router);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Versions.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Versions();
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
                            message.software = value;
                        else
                            delete message.software;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.protocol = value;
                        else
                            delete message.protocol;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.router = value;
                        else
                            delete message.router;
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

        Versions.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Versions";
        };

        return Versions;
    })();

    meridian.NodeDescription = (function() {

        const NodeDescription = function (properties) {
            this.addresses = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        NodeDescription.prototype.nodeId = "";
        NodeDescription.prototype.kind = "";
        NodeDescription.prototype.region = "";
        NodeDescription.prototype.city = "";
        NodeDescription.prototype.hostId = "";
        NodeDescription.prototype.latitude = 0;
        NodeDescription.prototype.longitude = 0;
        NodeDescription.prototype.addresses = $util.emptyArray;
        NodeDescription.prototype.capacity = null;
        NodeDescription.prototype.versions = null;
        NodeDescription.prototype.incarnation = "";
        NodeDescription.prototype.publicUrl = "";

        NodeDescription.create = function(properties) {
            return new NodeDescription(properties);
        };

        NodeDescription.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(10).string(message.nodeId);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                writer.uint32(18).string(message.kind);
            if (message.region != null && $Object.hasOwnProperty.call(message, "region") && message.region !== "")
                writer.uint32(26).string(message.region);
            if (message.city != null && $Object.hasOwnProperty.call(message, "city") && message.city !== "")
                writer.uint32(34).string(message.city);
            if (message.hostId != null && $Object.hasOwnProperty.call(message, "hostId") && message.hostId !== "")
                writer.uint32(42).string(message.hostId);
            if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude") && !$Object.is(message.latitude, 0))
                writer.uint32(49).double(message.latitude);
            if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude") && !$Object.is(message.longitude, 0))
                writer.uint32(57).double(message.longitude);
            if (message.addresses != null && message.addresses.length)
                for (let i = 0; i < message.addresses.length; ++i)
                    $root.meridian.Address.encode(message.addresses[i], writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.capacity != null && $Object.hasOwnProperty.call(message, "capacity"))
                $root.meridian.Capacity.encode(message.capacity, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.versions != null && $Object.hasOwnProperty.call(message, "versions"))
                $root.meridian.Versions.encode(message.versions, writer.uint32(82).fork(), _depth + 1).ldelim();
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                writer.uint32(90).string(message.incarnation);
            if (message.publicUrl != null && $Object.hasOwnProperty.call(message, "publicUrl") && message.publicUrl !== "")
                writer.uint32(98).string(message.publicUrl);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        NodeDescription.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.NodeDescription();
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
                            message.kind = value;
                        else
                            delete message.kind;
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
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.hostId = value;
                        else
                            delete message.hostId;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.latitude = value;
                        else
                            delete message.latitude;
                        continue;
                    }
                case 7: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.longitude = value;
                        else
                            delete message.longitude;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.addresses && message.addresses.length))
                            message.addresses = [];
                        message.addresses.push($root.meridian.Address.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.capacity = $root.meridian.Capacity.decode(reader, reader.size(), $undefined, _depth + 1, message.capacity);
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.versions = $root.meridian.Versions.decode(reader, reader.size(), $undefined, _depth + 1, message.versions);
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.incarnation = value;
                        else
                            delete message.incarnation;
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.publicUrl = value;
                        else
                            delete message.publicUrl;
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

        NodeDescription.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.NodeDescription";
        };

        return NodeDescription;
    })();

    meridian.RoomHeld = (function() {

        const RoomHeld = function (properties) {
            this.sessionIds = [];
            this.decisionIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomHeld.prototype.roomKey = "";
        RoomHeld.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomHeld.prototype.ownerId = "";
        RoomHeld.prototype.sessionIds = $util.emptyArray;
        RoomHeld.prototype.decisionIds = $util.emptyArray;

        RoomHeld.create = function(properties) {
            return new RoomHeld(properties);
        };

        RoomHeld.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(16).uint64(message.epoch);
            if (message.ownerId != null && $Object.hasOwnProperty.call(message, "ownerId") && message.ownerId !== "")
                writer.uint32(26).string(message.ownerId);
            if (message.sessionIds != null && message.sessionIds.length)
                for (let i = 0; i < message.sessionIds.length; ++i)
                    writer.uint32(34).string(message.sessionIds[i]);
            if (message.decisionIds != null && message.decisionIds.length)
                for (let i = 0; i < message.decisionIds.length; ++i)
                    writer.uint32(42).string(message.decisionIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomHeld.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomHeld();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ownerId = value;
                        else
                            delete message.ownerId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.sessionIds && message.sessionIds.length))
                            message.sessionIds = [];
                        message.sessionIds.push(reader.stringVerify());
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.decisionIds && message.decisionIds.length))
                            message.decisionIds = [];
                        message.decisionIds.push(reader.stringVerify());
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

        RoomHeld.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomHeld";
        };

        return RoomHeld;
    })();

    meridian.Load = (function() {

        const Load = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Load.prototype.cpu = 0;
        Load.prototype.txBps = 0;
        Load.prototype.rxBps = 0;
        Load.prototype.sessions = 0;
        Load.prototype.producers = 0;
        Load.prototype.consumers = 0;
        Load.prototype.loopLagMsP99 = 0;
        Load.prototype.rssBytes = 0;

        Load.create = function(properties) {
            return new Load(properties);
        };

        Load.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.cpu != null && $Object.hasOwnProperty.call(message, "cpu") && !$Object.is(message.cpu, 0))
                writer.uint32(9).double(message.cpu);
            if (message.txBps != null && $Object.hasOwnProperty.call(message, "txBps") && !$Object.is(message.txBps, 0))
                writer.uint32(17).double(message.txBps);
            if (message.rxBps != null && $Object.hasOwnProperty.call(message, "rxBps") && !$Object.is(message.rxBps, 0))
                writer.uint32(25).double(message.rxBps);
            if (message.sessions != null && $Object.hasOwnProperty.call(message, "sessions") && message.sessions !== 0)
                writer.uint32(32).uint32(message.sessions);
            if (message.producers != null && $Object.hasOwnProperty.call(message, "producers") && message.producers !== 0)
                writer.uint32(40).uint32(message.producers);
            if (message.consumers != null && $Object.hasOwnProperty.call(message, "consumers") && message.consumers !== 0)
                writer.uint32(48).uint32(message.consumers);
            if (message.loopLagMsP99 != null && $Object.hasOwnProperty.call(message, "loopLagMsP99") && !$Object.is(message.loopLagMsP99, 0))
                writer.uint32(57).double(message.loopLagMsP99);
            if (message.rssBytes != null && $Object.hasOwnProperty.call(message, "rssBytes") && !$Object.is(message.rssBytes, 0))
                writer.uint32(65).double(message.rssBytes);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Load.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Load();
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
                            message.cpu = value;
                        else
                            delete message.cpu;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.txBps = value;
                        else
                            delete message.txBps;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.rxBps = value;
                        else
                            delete message.rxBps;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sessions = value;
                        else
                            delete message.sessions;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.producers = value;
                        else
                            delete message.producers;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.consumers = value;
                        else
                            delete message.consumers;
                        continue;
                    }
                case 7: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.loopLagMsP99 = value;
                        else
                            delete message.loopLagMsP99;
                        continue;
                    }
                case 8: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.rssBytes = value;
                        else
                            delete message.rssBytes;
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

        Load.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Load";
        };

        return Load;
    })();

    meridian.Register = (function() {

        const Register = function (properties) {
            this.rooms = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Register.prototype.node = null;
        Register.prototype.rooms = $util.emptyArray;
        Register.prototype.load = null;
        Register.prototype.planVersion = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Register.prototype.centreEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Register.prototype.centreIncarnation = "";

        Register.create = function(properties) {
            return new Register(properties);
        };

        Register.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                $root.meridian.NodeDescription.encode(message.node, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.rooms != null && message.rooms.length)
                for (let i = 0; i < message.rooms.length; ++i)
                    $root.meridian.RoomHeld.encode(message.rooms[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.load != null && $Object.hasOwnProperty.call(message, "load"))
                $root.meridian.Load.encode(message.load, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.planVersion != null && $Object.hasOwnProperty.call(message, "planVersion") && (typeof message.planVersion === "object" ? message.planVersion.low || message.planVersion.high : message.planVersion !== 0))
                writer.uint32(32).uint64(message.planVersion);
            if (message.centreEpoch != null && $Object.hasOwnProperty.call(message, "centreEpoch") && (typeof message.centreEpoch === "object" ? message.centreEpoch.low || message.centreEpoch.high : message.centreEpoch !== 0))
                writer.uint32(112).uint64(message.centreEpoch);
            if (message.centreIncarnation != null && $Object.hasOwnProperty.call(message, "centreIncarnation") && message.centreIncarnation !== "")
                writer.uint32(122).string(message.centreIncarnation);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Register.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Register();
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
                        message.node = $root.meridian.NodeDescription.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.rooms && message.rooms.length))
                            message.rooms = [];
                        message.rooms.push($root.meridian.RoomHeld.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.load = $root.meridian.Load.decode(reader, reader.size(), $undefined, _depth + 1, message.load);
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.planVersion = value;
                        else
                            delete message.planVersion;
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.centreEpoch = value;
                        else
                            delete message.centreEpoch;
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.centreIncarnation = value;
                        else
                            delete message.centreIncarnation;
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

        Register.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Register";
        };

        return Register;
    })();

    meridian.Registered = (function() {

        const Registered = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Registered.prototype.centreIncarnation = "";
        Registered.prototype.plan = null;
        Registered.prototype.reportIntervalMs = 0;
        Registered.prototype.draining = false;
        Registered.prototype.centreEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        Registered.create = function(properties) {
            return new Registered(properties);
        };

        Registered.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.centreIncarnation != null && $Object.hasOwnProperty.call(message, "centreIncarnation") && message.centreIncarnation !== "")
                writer.uint32(10).string(message.centreIncarnation);
            if (message.plan != null && $Object.hasOwnProperty.call(message, "plan"))
                $root.meridian.Plan.encode(message.plan, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.reportIntervalMs != null && $Object.hasOwnProperty.call(message, "reportIntervalMs") && message.reportIntervalMs !== 0)
                writer.uint32(24).uint32(message.reportIntervalMs);
            if (message.draining != null && $Object.hasOwnProperty.call(message, "draining") && message.draining !== false)
                writer.uint32(32).bool(message.draining);
            if (message.centreEpoch != null && $Object.hasOwnProperty.call(message, "centreEpoch") && (typeof message.centreEpoch === "object" ? message.centreEpoch.low || message.centreEpoch.high : message.centreEpoch !== 0))
                writer.uint32(112).uint64(message.centreEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Registered.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Registered();
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
                            message.centreIncarnation = value;
                        else
                            delete message.centreIncarnation;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.plan = $root.meridian.Plan.decode(reader, reader.size(), $undefined, _depth + 1, message.plan);
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.reportIntervalMs = value;
                        else
                            delete message.reportIntervalMs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.draining = value;
                        else
                            delete message.draining;
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.centreEpoch = value;
                        else
                            delete message.centreEpoch;
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

        Registered.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Registered";
        };

        return Registered;
    })();

    meridian.Leader = (function() {

        const Leader = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Leader.prototype.leading = false;
        Leader.prototype.centreEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Leader.prototype.url = "";
        Leader.prototype.spreadMs = 0;

        Leader.create = function(properties) {
            return new Leader(properties);
        };

        Leader.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leading != null && $Object.hasOwnProperty.call(message, "leading") && message.leading !== false)
                writer.uint32(8).bool(message.leading);
            if (message.centreEpoch != null && $Object.hasOwnProperty.call(message, "centreEpoch") && (typeof message.centreEpoch === "object" ? message.centreEpoch.low || message.centreEpoch.high : message.centreEpoch !== 0))
                writer.uint32(16).uint64(message.centreEpoch);
            if (message.url != null && $Object.hasOwnProperty.call(message, "url") && message.url !== "")
                writer.uint32(26).string(message.url);
            if (message.spreadMs != null && $Object.hasOwnProperty.call(message, "spreadMs") && message.spreadMs !== 0)
                writer.uint32(32).uint32(message.spreadMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Leader.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Leader();
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
                        if (value = reader.bool())
                            message.leading = value;
                        else
                            delete message.leading;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.centreEpoch = value;
                        else
                            delete message.centreEpoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.url = value;
                        else
                            delete message.url;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.spreadMs = value;
                        else
                            delete message.spreadMs;
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

        Leader.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Leader";
        };

        return Leader;
    })();

    meridian.Report = (function() {

        const Report = function (properties) {
            this.roomsChanged = [];
            this.roomsGone = [];
            this.confirmedDecisionIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Report.prototype.incarnation = "";
        Report.prototype.load = null;
        Report.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Report.prototype.sessionCount = 0;
        Report.prototype.sessionHash = 0;
        Report.prototype.roomsChanged = $util.emptyArray;
        Report.prototype.roomsGone = $util.emptyArray;
        Report.prototype.confirmedDecisionIds = $util.emptyArray;
        Report.prototype.state = "";

        Report.create = function(properties) {
            return new Report(properties);
        };

        Report.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                writer.uint32(10).string(message.incarnation);
            if (message.load != null && $Object.hasOwnProperty.call(message, "load"))
                $root.meridian.Load.encode(message.load, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                writer.uint32(24).uint64(message.seq);
            if (message.sessionCount != null && $Object.hasOwnProperty.call(message, "sessionCount") && message.sessionCount !== 0)
                writer.uint32(32).uint32(message.sessionCount);
            if (message.sessionHash != null && $Object.hasOwnProperty.call(message, "sessionHash") && message.sessionHash !== 0)
                writer.uint32(45).fixed32(message.sessionHash);
            if (message.roomsChanged != null && message.roomsChanged.length)
                for (let i = 0; i < message.roomsChanged.length; ++i)
                    $root.meridian.RoomHeld.encode(message.roomsChanged[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.roomsGone != null && message.roomsGone.length)
                for (let i = 0; i < message.roomsGone.length; ++i)
                    writer.uint32(58).string(message.roomsGone[i]);
            if (message.confirmedDecisionIds != null && message.confirmedDecisionIds.length)
                for (let i = 0; i < message.confirmedDecisionIds.length; ++i)
                    writer.uint32(66).string(message.confirmedDecisionIds[i]);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                writer.uint32(74).string(message.state);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Report.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Report();
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
                            message.incarnation = value;
                        else
                            delete message.incarnation;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.load = $root.meridian.Load.decode(reader, reader.size(), $undefined, _depth + 1, message.load);
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.seq = value;
                        else
                            delete message.seq;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.sessionCount = value;
                        else
                            delete message.sessionCount;
                        continue;
                    }
                case 5: {
                        if (wireType !== 5)
                            break;
                        if (value = reader.fixed32())
                            message.sessionHash = value;
                        else
                            delete message.sessionHash;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.roomsChanged && message.roomsChanged.length))
                            message.roomsChanged = [];
                        message.roomsChanged.push($root.meridian.RoomHeld.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.roomsGone && message.roomsGone.length))
                            message.roomsGone = [];
                        message.roomsGone.push(reader.stringVerify());
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.confirmedDecisionIds && message.confirmedDecisionIds.length))
                            message.confirmedDecisionIds = [];
                        message.confirmedDecisionIds.push(reader.stringVerify());
                        continue;
                    }
                case 9: {
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

        Report.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Report";
        };

        return Report;
    })();

    meridian.FullReportWanted = (function() {

        const FullReportWanted = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        FullReportWanted.create = function(properties) {
            return new FullReportWanted(properties);
        };

        FullReportWanted.encode = function (message, writer, _depth) {
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

        FullReportWanted.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.FullReportWanted();
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

        FullReportWanted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.FullReportWanted";
        };

        return FullReportWanted;
    })();

    meridian.FullReport = (function() {

        const FullReport = function (properties) {
            this.rooms = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        FullReport.prototype.incarnation = "";
        FullReport.prototype.rooms = $util.emptyArray;
        FullReport.prototype.load = null;

        FullReport.create = function(properties) {
            return new FullReport(properties);
        };

        FullReport.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                writer.uint32(10).string(message.incarnation);
            if (message.rooms != null && message.rooms.length)
                for (let i = 0; i < message.rooms.length; ++i)
                    $root.meridian.RoomHeld.encode(message.rooms[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.load != null && $Object.hasOwnProperty.call(message, "load"))
                $root.meridian.Load.encode(message.load, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        FullReport.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.FullReport();
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
                            message.incarnation = value;
                        else
                            delete message.incarnation;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.rooms && message.rooms.length))
                            message.rooms = [];
                        message.rooms.push($root.meridian.RoomHeld.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.load = $root.meridian.Load.decode(reader, reader.size(), $undefined, _depth + 1, message.load);
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

        FullReport.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.FullReport";
        };

        return FullReport;
    })();

    meridian.NodeRef = (function() {

        const NodeRef = function (properties) {
            this.addresses = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        NodeRef.prototype.nodeId = "";
        NodeRef.prototype.kind = "";
        NodeRef.prototype.region = "";
        NodeRef.prototype.city = "";
        NodeRef.prototype.hostId = "";
        NodeRef.prototype.latitude = 0;
        NodeRef.prototype.longitude = 0;
        NodeRef.prototype.addresses = $util.emptyArray;
        NodeRef.prototype.incarnation = "";
        NodeRef.prototype.state = "";
        NodeRef.prototype.publicUrl = "";

        NodeRef.create = function(properties) {
            return new NodeRef(properties);
        };

        NodeRef.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(10).string(message.nodeId);
            if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                writer.uint32(18).string(message.kind);
            if (message.region != null && $Object.hasOwnProperty.call(message, "region") && message.region !== "")
                writer.uint32(26).string(message.region);
            if (message.city != null && $Object.hasOwnProperty.call(message, "city") && message.city !== "")
                writer.uint32(34).string(message.city);
            if (message.hostId != null && $Object.hasOwnProperty.call(message, "hostId") && message.hostId !== "")
                writer.uint32(42).string(message.hostId);
            if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude") && !$Object.is(message.latitude, 0))
                writer.uint32(49).double(message.latitude);
            if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude") && !$Object.is(message.longitude, 0))
                writer.uint32(57).double(message.longitude);
            if (message.addresses != null && message.addresses.length)
                for (let i = 0; i < message.addresses.length; ++i)
                    $root.meridian.Address.encode(message.addresses[i], writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                writer.uint32(74).string(message.incarnation);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                writer.uint32(82).string(message.state);
            if (message.publicUrl != null && $Object.hasOwnProperty.call(message, "publicUrl") && message.publicUrl !== "")
                writer.uint32(90).string(message.publicUrl);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        NodeRef.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.NodeRef();
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
                            message.kind = value;
                        else
                            delete message.kind;
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
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.hostId = value;
                        else
                            delete message.hostId;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.latitude = value;
                        else
                            delete message.latitude;
                        continue;
                    }
                case 7: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.longitude = value;
                        else
                            delete message.longitude;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.addresses && message.addresses.length))
                            message.addresses = [];
                        message.addresses.push($root.meridian.Address.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.incarnation = value;
                        else
                            delete message.incarnation;
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.state = value;
                        else
                            delete message.state;
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.publicUrl = value;
                        else
                            delete message.publicUrl;
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

        NodeRef.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.NodeRef";
        };

        return NodeRef;
    })();

    meridian.PairPath = (function() {

        const PairPath = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PairPath.prototype.a = "";
        PairPath.prototype.b = "";
        PairPath.prototype.via = "";
        PairPath.prototype.aIp = "";
        PairPath.prototype.bIp = "";
        PairPath.prototype.delayMs = 0;

        PairPath.create = function(properties) {
            return new PairPath(properties);
        };

        PairPath.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.a != null && $Object.hasOwnProperty.call(message, "a") && message.a !== "")
                writer.uint32(10).string(message.a);
            if (message.b != null && $Object.hasOwnProperty.call(message, "b") && message.b !== "")
                writer.uint32(18).string(message.b);
            if (message.via != null && $Object.hasOwnProperty.call(message, "via") && message.via !== "")
                writer.uint32(26).string(message.via);
            if (message.aIp != null && $Object.hasOwnProperty.call(message, "aIp") && message.aIp !== "")
                writer.uint32(34).string(message.aIp);
            if (message.bIp != null && $Object.hasOwnProperty.call(message, "bIp") && message.bIp !== "")
                writer.uint32(42).string(message.bIp);
            if (message.delayMs != null && $Object.hasOwnProperty.call(message, "delayMs") && !$Object.is(message.delayMs, 0))
                writer.uint32(49).double(message.delayMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PairPath.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PairPath();
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
                            message.a = value;
                        else
                            delete message.a;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.b = value;
                        else
                            delete message.b;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.via = value;
                        else
                            delete message.via;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.aIp = value;
                        else
                            delete message.aIp;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.bIp = value;
                        else
                            delete message.bIp;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.delayMs = value;
                        else
                            delete message.delayMs;
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

        PairPath.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PairPath";
        };

        return PairPath;
    })();

    meridian.Plan = (function() {

        const Plan = function (properties) {
            this.nodes = [];
            this.paths = [];
            this.deniedIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Plan.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Plan.prototype.centreIncarnation = "";
        Plan.prototype.nodes = $util.emptyArray;
        Plan.prototype.paths = $util.emptyArray;
        Plan.prototype.deniedIds = $util.emptyArray;
        Plan.prototype.centreEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        Plan.create = function(properties) {
            return new Plan(properties);
        };

        Plan.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                writer.uint32(8).uint64(message.version);
            if (message.centreIncarnation != null && $Object.hasOwnProperty.call(message, "centreIncarnation") && message.centreIncarnation !== "")
                writer.uint32(18).string(message.centreIncarnation);
            if (message.nodes != null && message.nodes.length)
                for (let i = 0; i < message.nodes.length; ++i)
                    $root.meridian.NodeRef.encode(message.nodes[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.paths != null && message.paths.length)
                for (let i = 0; i < message.paths.length; ++i)
                    $root.meridian.PairPath.encode(message.paths[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.deniedIds != null && message.deniedIds.length)
                for (let i = 0; i < message.deniedIds.length; ++i)
                    writer.uint32(42).string(message.deniedIds[i]);
            if (message.centreEpoch != null && $Object.hasOwnProperty.call(message, "centreEpoch") && (typeof message.centreEpoch === "object" ? message.centreEpoch.low || message.centreEpoch.high : message.centreEpoch !== 0))
                writer.uint32(112).uint64(message.centreEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Plan.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Plan();
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
                            message.version = value;
                        else
                            delete message.version;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.centreIncarnation = value;
                        else
                            delete message.centreIncarnation;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.nodes && message.nodes.length))
                            message.nodes = [];
                        message.nodes.push($root.meridian.NodeRef.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.paths && message.paths.length))
                            message.paths = [];
                        message.paths.push($root.meridian.PairPath.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.deniedIds && message.deniedIds.length))
                            message.deniedIds = [];
                        message.deniedIds.push(reader.stringVerify());
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.centreEpoch = value;
                        else
                            delete message.centreEpoch;
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

        Plan.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Plan";
        };

        return Plan;
    })();

    meridian.RouteRow = (function() {

        const RouteRow = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RouteRow.prototype.toHostId = "";
        RouteRow.prototype.reachable = false;
        RouteRow.prototype.primaryVia = "";
        RouteRow.prototype.hasStandby = false;
        RouteRow.prototype.standbyVia = "";
        RouteRow.prototype.primaryMs = 0;
        RouteRow.prototype.pairKey = $util.newBuffer([]);
        RouteRow.prototype.inUse = false;

        RouteRow.create = function(properties) {
            return new RouteRow(properties);
        };

        RouteRow.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.toHostId != null && $Object.hasOwnProperty.call(message, "toHostId") && message.toHostId !== "")
                writer.uint32(10).string(message.toHostId);
            if (message.reachable != null && $Object.hasOwnProperty.call(message, "reachable") && message.reachable !== false)
                writer.uint32(16).bool(message.reachable);
            if (message.primaryVia != null && $Object.hasOwnProperty.call(message, "primaryVia") && message.primaryVia !== "")
                writer.uint32(26).string(message.primaryVia);
            if (message.hasStandby != null && $Object.hasOwnProperty.call(message, "hasStandby") && message.hasStandby !== false)
                writer.uint32(32).bool(message.hasStandby);
            if (message.standbyVia != null && $Object.hasOwnProperty.call(message, "standbyVia") && message.standbyVia !== "")
                writer.uint32(42).string(message.standbyVia);
            if (message.primaryMs != null && $Object.hasOwnProperty.call(message, "primaryMs") && !$Object.is(message.primaryMs, 0))
                writer.uint32(49).double(message.primaryMs);
            if (message.pairKey != null && $Object.hasOwnProperty.call(message, "pairKey") && message.pairKey.length)
                writer.uint32(58).bytes(message.pairKey);
            if (message.inUse != null && $Object.hasOwnProperty.call(message, "inUse") && message.inUse !== false)
                writer.uint32(64).bool(message.inUse);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RouteRow.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RouteRow();
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
                            message.toHostId = value;
                        else
                            delete message.toHostId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.reachable = value;
                        else
                            delete message.reachable;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.primaryVia = value;
                        else
                            delete message.primaryVia;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.hasStandby = value;
                        else
                            delete message.hasStandby;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.standbyVia = value;
                        else
                            delete message.standbyVia;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.primaryMs = value;
                        else
                            delete message.primaryMs;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.pairKey = value;
                        else
                            delete message.pairKey;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.inUse = value;
                        else
                            delete message.inUse;
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

        RouteRow.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RouteRow";
        };

        return RouteRow;
    })();

    meridian.Routes = (function() {

        const Routes = function (properties) {
            this.rows = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Routes.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Routes.prototype.since = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        Routes.prototype.rows = $util.emptyArray;
        Routes.prototype.centreEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        Routes.create = function(properties) {
            return new Routes(properties);
        };

        Routes.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
                writer.uint32(8).uint64(message.version);
            if (message.since != null && $Object.hasOwnProperty.call(message, "since") && (typeof message.since === "object" ? message.since.low || message.since.high : message.since !== 0))
                writer.uint32(16).uint64(message.since);
            if (message.rows != null && message.rows.length)
                for (let i = 0; i < message.rows.length; ++i)
                    $root.meridian.RouteRow.encode(message.rows[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.centreEpoch != null && $Object.hasOwnProperty.call(message, "centreEpoch") && (typeof message.centreEpoch === "object" ? message.centreEpoch.low || message.centreEpoch.high : message.centreEpoch !== 0))
                writer.uint32(112).uint64(message.centreEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Routes.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Routes();
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
                            message.version = value;
                        else
                            delete message.version;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.since = value;
                        else
                            delete message.since;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.rows && message.rows.length))
                            message.rows = [];
                        message.rows.push($root.meridian.RouteRow.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.centreEpoch = value;
                        else
                            delete message.centreEpoch;
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

        Routes.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Routes";
        };

        return Routes;
    })();

    meridian.LinkSample = (function() {

        const LinkSample = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LinkSample.prototype.toHostId = "";
        LinkSample.prototype.rttMs = 0;
        LinkSample.prototype.onewayChangeMs = 0;
        LinkSample.prototype.jitterMs = 0;
        LinkSample.prototype.lossFast = 0;
        LinkSample.prototype.lossSlow = 0;
        LinkSample.prototype.probes = 0;
        LinkSample.prototype.slowProbes = 0;
        LinkSample.prototype.silent = false;

        LinkSample.create = function(properties) {
            return new LinkSample(properties);
        };

        LinkSample.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.toHostId != null && $Object.hasOwnProperty.call(message, "toHostId") && message.toHostId !== "")
                writer.uint32(10).string(message.toHostId);
            if (message.rttMs != null && $Object.hasOwnProperty.call(message, "rttMs") && !$Object.is(message.rttMs, 0))
                writer.uint32(17).double(message.rttMs);
            if (message.onewayChangeMs != null && $Object.hasOwnProperty.call(message, "onewayChangeMs") && !$Object.is(message.onewayChangeMs, 0))
                writer.uint32(25).double(message.onewayChangeMs);
            if (message.jitterMs != null && $Object.hasOwnProperty.call(message, "jitterMs") && !$Object.is(message.jitterMs, 0))
                writer.uint32(33).double(message.jitterMs);
            if (message.lossFast != null && $Object.hasOwnProperty.call(message, "lossFast") && !$Object.is(message.lossFast, 0))
                writer.uint32(41).double(message.lossFast);
            if (message.lossSlow != null && $Object.hasOwnProperty.call(message, "lossSlow") && !$Object.is(message.lossSlow, 0))
                writer.uint32(49).double(message.lossSlow);
            if (message.probes != null && $Object.hasOwnProperty.call(message, "probes") && message.probes !== 0)
                writer.uint32(56).uint32(message.probes);
            if (message.slowProbes != null && $Object.hasOwnProperty.call(message, "slowProbes") && message.slowProbes !== 0)
                writer.uint32(64).uint32(message.slowProbes);
            if (message.silent != null && $Object.hasOwnProperty.call(message, "silent") && message.silent !== false)
                writer.uint32(72).bool(message.silent);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LinkSample.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.LinkSample();
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
                            message.toHostId = value;
                        else
                            delete message.toHostId;
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
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.onewayChangeMs = value;
                        else
                            delete message.onewayChangeMs;
                        continue;
                    }
                case 4: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.jitterMs = value;
                        else
                            delete message.jitterMs;
                        continue;
                    }
                case 5: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.lossFast = value;
                        else
                            delete message.lossFast;
                        continue;
                    }
                case 6: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.lossSlow = value;
                        else
                            delete message.lossSlow;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.probes = value;
                        else
                            delete message.probes;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.slowProbes = value;
                        else
                            delete message.slowProbes;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.silent = value;
                        else
                            delete message.silent;
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

        LinkSample.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.LinkSample";
        };

        return LinkSample;
    })();

    meridian.ProbeReport = (function() {

        const ProbeReport = function (properties) {
            this.samples = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ProbeReport.prototype.samples = $util.emptyArray;

        ProbeReport.create = function(properties) {
            return new ProbeReport(properties);
        };

        ProbeReport.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.samples != null && message.samples.length)
                for (let i = 0; i < message.samples.length; ++i)
                    $root.meridian.LinkSample.encode(message.samples[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ProbeReport.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ProbeReport();
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
                        if (!(message.samples && message.samples.length))
                            message.samples = [];
                        message.samples.push($root.meridian.LinkSample.decode(reader, reader.size(), $undefined, _depth + 1));
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

        ProbeReport.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ProbeReport";
        };

        return ProbeReport;
    })();

    meridian.PathFlip = (function() {

        const PathFlip = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PathFlip.prototype.toHostId = "";
        PathFlip.prototype.via = "";
        PathFlip.prototype.reason = "";
        PathFlip.prototype.ageMs = 0;

        PathFlip.create = function(properties) {
            return new PathFlip(properties);
        };

        PathFlip.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.toHostId != null && $Object.hasOwnProperty.call(message, "toHostId") && message.toHostId !== "")
                writer.uint32(10).string(message.toHostId);
            if (message.via != null && $Object.hasOwnProperty.call(message, "via") && message.via !== "")
                writer.uint32(18).string(message.via);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(26).string(message.reason);
            if (message.ageMs != null && $Object.hasOwnProperty.call(message, "ageMs") && !$Object.is(message.ageMs, 0))
                writer.uint32(33).double(message.ageMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PathFlip.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PathFlip();
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
                            message.toHostId = value;
                        else
                            delete message.toHostId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.via = value;
                        else
                            delete message.via;
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
                case 4: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.ageMs = value;
                        else
                            delete message.ageMs;
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

        PathFlip.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PathFlip";
        };

        return PathFlip;
    })();

    meridian.PathReport = (function() {

        const PathReport = function (properties) {
            this.flips = [];
            this.samples = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PathReport.prototype.flips = $util.emptyArray;
        PathReport.prototype.samples = $util.emptyArray;

        PathReport.create = function(properties) {
            return new PathReport(properties);
        };

        PathReport.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.flips != null && message.flips.length)
                for (let i = 0; i < message.flips.length; ++i)
                    $root.meridian.PathFlip.encode(message.flips[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.samples != null && message.samples.length)
                for (let i = 0; i < message.samples.length; ++i)
                    $root.meridian.LinkSample.encode(message.samples[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PathReport.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PathReport();
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
                        if (!(message.flips && message.flips.length))
                            message.flips = [];
                        message.flips.push($root.meridian.PathFlip.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.samples && message.samples.length))
                            message.samples = [];
                        message.samples.push($root.meridian.LinkSample.decode(reader, reader.size(), $undefined, _depth + 1));
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

        PathReport.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PathReport";
        };

        return PathReport;
    })();

    meridian.Drain = (function() {

        const Drain = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Drain.prototype.on = false;
        Drain.prototype.reason = "";

        Drain.create = function(properties) {
            return new Drain(properties);
        };

        Drain.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.on != null && $Object.hasOwnProperty.call(message, "on") && message.on !== false)
                writer.uint32(8).bool(message.on);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(18).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Drain.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Drain();
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
                        if (value = reader.bool())
                            message.on = value;
                        else
                            delete message.on;
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

        Drain.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Drain";
        };

        return Drain;
    })();

    meridian.RenewCertificate = (function() {

        const RenewCertificate = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RenewCertificate.prototype.csrPem = "";

        RenewCertificate.create = function(properties) {
            return new RenewCertificate(properties);
        };

        RenewCertificate.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.csrPem != null && $Object.hasOwnProperty.call(message, "csrPem") && message.csrPem !== "")
                writer.uint32(10).string(message.csrPem);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RenewCertificate.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RenewCertificate();
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
                            message.csrPem = value;
                        else
                            delete message.csrPem;
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

        RenewCertificate.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RenewCertificate";
        };

        return RenewCertificate;
    })();

    meridian.CertificateRenewed = (function() {

        const CertificateRenewed = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        CertificateRenewed.prototype.certPem = "";
        CertificateRenewed.prototype.caPem = "";
        CertificateRenewed.prototype.notAfterMs = 0;

        CertificateRenewed.create = function(properties) {
            return new CertificateRenewed(properties);
        };

        CertificateRenewed.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.certPem != null && $Object.hasOwnProperty.call(message, "certPem") && message.certPem !== "")
                writer.uint32(10).string(message.certPem);
            if (message.caPem != null && $Object.hasOwnProperty.call(message, "caPem") && message.caPem !== "")
                writer.uint32(18).string(message.caPem);
            if (message.notAfterMs != null && $Object.hasOwnProperty.call(message, "notAfterMs") && !$Object.is(message.notAfterMs, 0))
                writer.uint32(25).double(message.notAfterMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        CertificateRenewed.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.CertificateRenewed();
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
                            message.certPem = value;
                        else
                            delete message.certPem;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.caPem = value;
                        else
                            delete message.caPem;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.notAfterMs = value;
                        else
                            delete message.notAfterMs;
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

        CertificateRenewed.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.CertificateRenewed";
        };

        return CertificateRenewed;
    })();

    meridian.Location = (function() {

        const Location = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Location.prototype.latitude = 0;
        Location.prototype.longitude = 0;
        Location.prototype.radiusKm = 0;
        Location.prototype.source = "";
        Location.prototype.label = "";
        Location.prototype.countryCode = "";

        Location.create = function(properties) {
            return new Location(properties);
        };

        Location.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.latitude != null && $Object.hasOwnProperty.call(message, "latitude") && !$Object.is(message.latitude, 0))
                writer.uint32(9).double(message.latitude);
            if (message.longitude != null && $Object.hasOwnProperty.call(message, "longitude") && !$Object.is(message.longitude, 0))
                writer.uint32(17).double(message.longitude);
            if (message.radiusKm != null && $Object.hasOwnProperty.call(message, "radiusKm") && !$Object.is(message.radiusKm, 0))
                writer.uint32(25).double(message.radiusKm);
            if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                writer.uint32(34).string(message.source);
            if (message.label != null && $Object.hasOwnProperty.call(message, "label") && message.label !== "")
                writer.uint32(42).string(message.label);
            if (message.countryCode != null && $Object.hasOwnProperty.call(message, "countryCode") && message.countryCode !== "")
                writer.uint32(50).string(message.countryCode);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Location.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Location();
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
                            message.latitude = value;
                        else
                            delete message.latitude;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.longitude = value;
                        else
                            delete message.longitude;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.radiusKm = value;
                        else
                            delete message.radiusKm;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.source = value;
                        else
                            delete message.source;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.label = value;
                        else
                            delete message.label;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.countryCode = value;
                        else
                            delete message.countryCode;
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

        Location.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Location";
        };

        return Location;
    })();

    meridian.LocateRequest = (function() {

        const LocateRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LocateRequest.prototype.clientIp = "";
        LocateRequest.prototype.fromCity = "";

        LocateRequest.create = function(properties) {
            return new LocateRequest(properties);
        };

        LocateRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.clientIp != null && $Object.hasOwnProperty.call(message, "clientIp") && message.clientIp !== "")
                writer.uint32(10).string(message.clientIp);
            if (message.fromCity != null && $Object.hasOwnProperty.call(message, "fromCity") && message.fromCity !== "")
                writer.uint32(18).string(message.fromCity);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LocateRequest.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.LocateRequest();
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
                            message.clientIp = value;
                        else
                            delete message.clientIp;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.fromCity = value;
                        else
                            delete message.fromCity;
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

        LocateRequest.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.LocateRequest";
        };

        return LocateRequest;
    })();

    meridian.LocateReply = (function() {

        const LocateReply = function (properties) {
            this.signalingIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LocateReply.prototype.location = null;
        LocateReply.prototype.signalingIds = $util.emptyArray;

        LocateReply.create = function(properties) {
            return new LocateReply(properties);
        };

        LocateReply.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.location != null && $Object.hasOwnProperty.call(message, "location"))
                $root.meridian.Location.encode(message.location, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.signalingIds != null && message.signalingIds.length)
                for (let i = 0; i < message.signalingIds.length; ++i)
                    writer.uint32(18).string(message.signalingIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LocateReply.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.LocateReply();
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
                        message.location = $root.meridian.Location.decode(reader, reader.size(), $undefined, _depth + 1, message.location);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.signalingIds && message.signalingIds.length))
                            message.signalingIds = [];
                        message.signalingIds.push(reader.stringVerify());
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

        LocateReply.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.LocateReply";
        };

        return LocateReply;
    })();

    meridian.PlaceRequest = (function() {

        const PlaceRequest = function (properties) {
            this.wishes = [];
            this.echoTimes = [];
            this.avoidNodeIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PlaceRequest.prototype.roomKey = "";
        PlaceRequest.prototype.sessionId = "";
        PlaceRequest.prototype.clientIp = "";
        PlaceRequest.prototype.fromCity = "";
        PlaceRequest.prototype.wishes = $util.emptyArray;
        PlaceRequest.prototype.echoTimes = $util.emptyArray;
        PlaceRequest.prototype.avoidNodeIds = $util.emptyArray;
        PlaceRequest.prototype.signalingId = "";
        PlaceRequest.prototype.regionPin = "";
        PlaceRequest.prototype.mode = "";

        PlaceRequest.create = function(properties) {
            return new PlaceRequest(properties);
        };

        PlaceRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.clientIp != null && $Object.hasOwnProperty.call(message, "clientIp") && message.clientIp !== "")
                writer.uint32(26).string(message.clientIp);
            if (message.fromCity != null && $Object.hasOwnProperty.call(message, "fromCity") && message.fromCity !== "")
                writer.uint32(34).string(message.fromCity);
            if (message.wishes != null && message.wishes.length)
                for (let i = 0; i < message.wishes.length; ++i)
                    $root.meridian.Wish.encode(message.wishes[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.echoTimes != null && message.echoTimes.length)
                for (let i = 0; i < message.echoTimes.length; ++i)
                    $root.meridian.EchoTime.encode(message.echoTimes[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.avoidNodeIds != null && message.avoidNodeIds.length)
                for (let i = 0; i < message.avoidNodeIds.length; ++i)
                    writer.uint32(58).string(message.avoidNodeIds[i]);
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(66).string(message.signalingId);
            if (message.regionPin != null && $Object.hasOwnProperty.call(message, "regionPin") && message.regionPin !== "")
                writer.uint32(74).string(message.regionPin);
            if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== "")
                writer.uint32(82).string(message.mode);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PlaceRequest.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PlaceRequest();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.clientIp = value;
                        else
                            delete message.clientIp;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.fromCity = value;
                        else
                            delete message.fromCity;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.wishes && message.wishes.length))
                            message.wishes = [];
                        message.wishes.push($root.meridian.Wish.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.echoTimes && message.echoTimes.length))
                            message.echoTimes = [];
                        message.echoTimes.push($root.meridian.EchoTime.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.avoidNodeIds && message.avoidNodeIds.length))
                            message.avoidNodeIds = [];
                        message.avoidNodeIds.push(reader.stringVerify());
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingId = value;
                        else
                            delete message.signalingId;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.regionPin = value;
                        else
                            delete message.regionPin;
                        continue;
                    }
                case 10: {
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

        PlaceRequest.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PlaceRequest";
        };

        return PlaceRequest;
    })();

    meridian.ScoreLine = (function() {

        const ScoreLine = function (properties) {
            this.parts = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ScoreLine.prototype.hostId = "";
        ScoreLine.prototype.nodeId = "";
        ScoreLine.prototype.total = 0;
        ScoreLine.prototype.parts = $util.emptyArray;

        ScoreLine.create = function(properties) {
            return new ScoreLine(properties);
        };

        ScoreLine.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.hostId != null && $Object.hasOwnProperty.call(message, "hostId") && message.hostId !== "")
                writer.uint32(10).string(message.hostId);
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(18).string(message.nodeId);
            if (message.total != null && $Object.hasOwnProperty.call(message, "total") && !$Object.is(message.total, 0))
                writer.uint32(25).double(message.total);
            if (message.parts != null && message.parts.length)
                for (let i = 0; i < message.parts.length; ++i)
                    $root.meridian.ScorePart.encode(message.parts[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ScoreLine.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ScoreLine();
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
                            message.hostId = value;
                        else
                            delete message.hostId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.total = value;
                        else
                            delete message.total;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.parts && message.parts.length))
                            message.parts = [];
                        message.parts.push($root.meridian.ScorePart.decode(reader, reader.size(), $undefined, _depth + 1));
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

        ScoreLine.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ScoreLine";
        };

        return ScoreLine;
    })();

    meridian.ScorePart = (function() {

        const ScorePart = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ScorePart.prototype.name = "";
        ScorePart.prototype.score = 0;
        ScorePart.prototype.weight = 0;
        ScorePart.prototype.reason = "";

        ScorePart.create = function(properties) {
            return new ScorePart(properties);
        };

        ScorePart.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(10).string(message.name);
            if (message.score != null && $Object.hasOwnProperty.call(message, "score") && !$Object.is(message.score, 0))
                writer.uint32(17).double(message.score);
            if (message.weight != null && $Object.hasOwnProperty.call(message, "weight") && !$Object.is(message.weight, 0))
                writer.uint32(25).double(message.weight);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ScorePart.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ScorePart();
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
                            message.score = value;
                        else
                            delete message.score;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.weight = value;
                        else
                            delete message.weight;
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

        ScorePart.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ScorePart";
        };

        return ScorePart;
    })();

    meridian.Rejection = (function() {

        const Rejection = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Rejection.prototype.hostId = "";
        Rejection.prototype.nodeId = "";
        Rejection.prototype.filter = "";
        Rejection.prototype.reason = "";
        Rejection.prototype.retryable = false;

        Rejection.create = function(properties) {
            return new Rejection(properties);
        };

        Rejection.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.hostId != null && $Object.hasOwnProperty.call(message, "hostId") && message.hostId !== "")
                writer.uint32(10).string(message.hostId);
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(18).string(message.nodeId);
            if (message.filter != null && $Object.hasOwnProperty.call(message, "filter") && message.filter !== "")
                writer.uint32(26).string(message.filter);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.retryable != null && $Object.hasOwnProperty.call(message, "retryable") && message.retryable !== false)
                writer.uint32(40).bool(message.retryable);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Rejection.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Rejection();
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
                            message.hostId = value;
                        else
                            delete message.hostId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.filter = value;
                        else
                            delete message.filter;
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
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.retryable = value;
                        else
                            delete message.retryable;
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

        Rejection.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Rejection";
        };

        return Rejection;
    })();

    meridian.RoomLease = (function() {

        const RoomLease = function (properties) {
            this.nodeIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomLease.prototype.roomKey = "";
        RoomLease.prototype.ownerId = "";
        RoomLease.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomLease.prototype.expiresInMs = 0;
        RoomLease.prototype.created = false;
        RoomLease.prototype.nodeIds = $util.emptyArray;

        RoomLease.create = function(properties) {
            return new RoomLease(properties);
        };

        RoomLease.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.ownerId != null && $Object.hasOwnProperty.call(message, "ownerId") && message.ownerId !== "")
                writer.uint32(18).string(message.ownerId);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(24).uint64(message.epoch);
            if (message.expiresInMs != null && $Object.hasOwnProperty.call(message, "expiresInMs") && message.expiresInMs !== 0)
                writer.uint32(32).uint32(message.expiresInMs);
            if (message.created != null && $Object.hasOwnProperty.call(message, "created") && message.created !== false)
                writer.uint32(40).bool(message.created);
            if (message.nodeIds != null && message.nodeIds.length)
                for (let i = 0; i < message.nodeIds.length; ++i)
                    writer.uint32(50).string(message.nodeIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomLease.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomLease();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ownerId = value;
                        else
                            delete message.ownerId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.expiresInMs = value;
                        else
                            delete message.expiresInMs;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.created = value;
                        else
                            delete message.created;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.nodeIds && message.nodeIds.length))
                            message.nodeIds = [];
                        message.nodeIds.push(reader.stringVerify());
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

        RoomLease.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomLease";
        };

        return RoomLease;
    })();

    meridian.PlaceReply = (function() {

        const PlaceReply = function (properties) {
            this.scores = [];
            this.rejections = [];
            this.reasons = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PlaceReply.prototype.ok = false;
        PlaceReply.prototype.decisionId = "";
        PlaceReply.prototype.nodeId = "";
        PlaceReply.prototype.location = null;
        PlaceReply.prototype.lease = null;
        PlaceReply.prototype.scores = $util.emptyArray;
        PlaceReply.prototype.rejections = $util.emptyArray;
        PlaceReply.prototype.mode = "";
        PlaceReply.prototype.code = "";
        PlaceReply.prototype.retryAfterMs = 0;
        PlaceReply.prototype.reasons = $util.emptyArray;
        PlaceReply.prototype.chargeExpiresInMs = 0;

        PlaceReply.create = function(properties) {
            return new PlaceReply(properties);
        };

        PlaceReply.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.ok != null && $Object.hasOwnProperty.call(message, "ok") && message.ok !== false)
                writer.uint32(8).bool(message.ok);
            if (message.decisionId != null && $Object.hasOwnProperty.call(message, "decisionId") && message.decisionId !== "")
                writer.uint32(18).string(message.decisionId);
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(26).string(message.nodeId);
            if (message.location != null && $Object.hasOwnProperty.call(message, "location"))
                $root.meridian.Location.encode(message.location, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.lease != null && $Object.hasOwnProperty.call(message, "lease"))
                $root.meridian.RoomLease.encode(message.lease, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.scores != null && message.scores.length)
                for (let i = 0; i < message.scores.length; ++i)
                    $root.meridian.ScoreLine.encode(message.scores[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.rejections != null && message.rejections.length)
                for (let i = 0; i < message.rejections.length; ++i)
                    $root.meridian.Rejection.encode(message.rejections[i], writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== "")
                writer.uint32(66).string(message.mode);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(74).string(message.code);
            if (message.retryAfterMs != null && $Object.hasOwnProperty.call(message, "retryAfterMs") && message.retryAfterMs !== 0)
                writer.uint32(80).uint32(message.retryAfterMs);
            if (message.reasons != null && message.reasons.length)
                for (let i = 0; i < message.reasons.length; ++i)
                    writer.uint32(90).string(message.reasons[i]);
            if (message.chargeExpiresInMs != null && $Object.hasOwnProperty.call(message, "chargeExpiresInMs") && message.chargeExpiresInMs !== 0)
                writer.uint32(96).uint32(message.chargeExpiresInMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PlaceReply.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PlaceReply();
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
                        if (value = reader.bool())
                            message.ok = value;
                        else
                            delete message.ok;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.decisionId = value;
                        else
                            delete message.decisionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.location = $root.meridian.Location.decode(reader, reader.size(), $undefined, _depth + 1, message.location);
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.lease = $root.meridian.RoomLease.decode(reader, reader.size(), $undefined, _depth + 1, message.lease);
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.scores && message.scores.length))
                            message.scores = [];
                        message.scores.push($root.meridian.ScoreLine.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if (!(message.rejections && message.rejections.length))
                            message.rejections = [];
                        message.rejections.push($root.meridian.Rejection.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.mode = value;
                        else
                            delete message.mode;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.retryAfterMs = value;
                        else
                            delete message.retryAfterMs;
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        if (!(message.reasons && message.reasons.length))
                            message.reasons = [];
                        message.reasons.push(reader.stringVerify());
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.chargeExpiresInMs = value;
                        else
                            delete message.chargeExpiresInMs;
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

        PlaceReply.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PlaceReply";
        };

        return PlaceReply;
    })();

    meridian.MoveSession = (function() {

        const MoveSession = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        MoveSession.prototype.roomKey = "";
        MoveSession.prototype.sessionId = "";
        MoveSession.prototype.toNodeId = "";
        MoveSession.prototype.decisionId = "";
        MoveSession.prototype.reason = "";
        MoveSession.prototype.lease = null;

        MoveSession.create = function(properties) {
            return new MoveSession(properties);
        };

        MoveSession.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.toNodeId != null && $Object.hasOwnProperty.call(message, "toNodeId") && message.toNodeId !== "")
                writer.uint32(26).string(message.toNodeId);
            if (message.decisionId != null && $Object.hasOwnProperty.call(message, "decisionId") && message.decisionId !== "")
                writer.uint32(34).string(message.decisionId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(42).string(message.reason);
            if (message.lease != null && $Object.hasOwnProperty.call(message, "lease"))
                $root.meridian.RoomLease.encode(message.lease, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        MoveSession.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.MoveSession();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.toNodeId = value;
                        else
                            delete message.toNodeId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.decisionId = value;
                        else
                            delete message.decisionId;
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
                        message.lease = $root.meridian.RoomLease.decode(reader, reader.size(), $undefined, _depth + 1, message.lease);
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

        MoveSession.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.MoveSession";
        };

        return MoveSession;
    })();

    meridian.AccessTimes = (function() {

        const AccessTimes = function (properties) {
            this.echoTimes = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        AccessTimes.prototype.roomKey = "";
        AccessTimes.prototype.sessionId = "";
        AccessTimes.prototype.clientIp = "";
        AccessTimes.prototype.fromCity = "";
        AccessTimes.prototype.echoTimes = $util.emptyArray;
        AccessTimes.prototype.nodeId = "";
        AccessTimes.prototype.nodeRttMs = 0;

        AccessTimes.create = function(properties) {
            return new AccessTimes(properties);
        };

        AccessTimes.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.clientIp != null && $Object.hasOwnProperty.call(message, "clientIp") && message.clientIp !== "")
                writer.uint32(26).string(message.clientIp);
            if (message.fromCity != null && $Object.hasOwnProperty.call(message, "fromCity") && message.fromCity !== "")
                writer.uint32(34).string(message.fromCity);
            if (message.echoTimes != null && message.echoTimes.length)
                for (let i = 0; i < message.echoTimes.length; ++i)
                    $root.meridian.EchoTime.encode(message.echoTimes[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(50).string(message.nodeId);
            if (message.nodeRttMs != null && $Object.hasOwnProperty.call(message, "nodeRttMs") && !$Object.is(message.nodeRttMs, 0))
                writer.uint32(57).double(message.nodeRttMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        AccessTimes.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.AccessTimes();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.clientIp = value;
                        else
                            delete message.clientIp;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.fromCity = value;
                        else
                            delete message.fromCity;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.echoTimes && message.echoTimes.length))
                            message.echoTimes = [];
                        message.echoTimes.push($root.meridian.EchoTime.decode(reader, reader.size(), $undefined, _depth + 1));
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
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.nodeRttMs = value;
                        else
                            delete message.nodeRttMs;
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

        AccessTimes.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.AccessTimes";
        };

        return AccessTimes;
    })();

    meridian.EchoWanted = (function() {

        const EchoWanted = function (properties) {
            this.signalingIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        EchoWanted.prototype.roomKey = "";
        EchoWanted.prototype.sessionId = "";
        EchoWanted.prototype.signalingIds = $util.emptyArray;

        EchoWanted.create = function(properties) {
            return new EchoWanted(properties);
        };

        EchoWanted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.signalingIds != null && message.signalingIds.length)
                for (let i = 0; i < message.signalingIds.length; ++i)
                    writer.uint32(26).string(message.signalingIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        EchoWanted.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.EchoWanted();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.signalingIds && message.signalingIds.length))
                            message.signalingIds = [];
                        message.signalingIds.push(reader.stringVerify());
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

        EchoWanted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.EchoWanted";
        };

        return EchoWanted;
    })();

    meridian.ReleaseDecision = (function() {

        const ReleaseDecision = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ReleaseDecision.prototype.decisionId = "";

        ReleaseDecision.create = function(properties) {
            return new ReleaseDecision(properties);
        };

        ReleaseDecision.encode = function (message, writer, _depth) {
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

        ReleaseDecision.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ReleaseDecision();
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

        ReleaseDecision.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ReleaseDecision";
        };

        return ReleaseDecision;
    })();

    meridian.RoomLeaseRequest = (function() {

        const RoomLeaseRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomLeaseRequest.prototype.roomKey = "";
        RoomLeaseRequest.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomLeaseRequest.prototype.signalingId = "";
        RoomLeaseRequest.prototype.release = false;
        RoomLeaseRequest.prototype.above = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        RoomLeaseRequest.create = function(properties) {
            return new RoomLeaseRequest(properties);
        };

        RoomLeaseRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(16).uint64(message.epoch);
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(26).string(message.signalingId);
            if (message.release != null && $Object.hasOwnProperty.call(message, "release") && message.release !== false)
                writer.uint32(32).bool(message.release);
            if (message.above != null && $Object.hasOwnProperty.call(message, "above") && (typeof message.above === "object" ? message.above.low || message.above.high : message.above !== 0))
                writer.uint32(40).uint64(message.above);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomLeaseRequest.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomLeaseRequest();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
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
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.release = value;
                        else
                            delete message.release;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.above = value;
                        else
                            delete message.above;
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

        RoomLeaseRequest.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomLeaseRequest";
        };

        return RoomLeaseRequest;
    })();

    meridian.RenewLeases = (function() {

        const RenewLeases = function (properties) {
            this.leases = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RenewLeases.prototype.leases = $util.emptyArray;

        RenewLeases.create = function(properties) {
            return new RenewLeases(properties);
        };

        RenewLeases.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leases != null && message.leases.length)
                for (let i = 0; i < message.leases.length; ++i)
                    $root.meridian.RoomLease.encode(message.leases[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RenewLeases.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RenewLeases();
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
                        if (!(message.leases && message.leases.length))
                            message.leases = [];
                        message.leases.push($root.meridian.RoomLease.decode(reader, reader.size(), $undefined, _depth + 1));
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

        RenewLeases.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RenewLeases";
        };

        return RenewLeases;
    })();

    meridian.LeasesRenewed = (function() {

        const LeasesRenewed = function (properties) {
            this.leases = [];
            this.lostRoomKeys = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LeasesRenewed.prototype.leases = $util.emptyArray;
        LeasesRenewed.prototype.lostRoomKeys = $util.emptyArray;

        LeasesRenewed.create = function(properties) {
            return new LeasesRenewed(properties);
        };

        LeasesRenewed.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.leases != null && message.leases.length)
                for (let i = 0; i < message.leases.length; ++i)
                    $root.meridian.RoomLease.encode(message.leases[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.lostRoomKeys != null && message.lostRoomKeys.length)
                for (let i = 0; i < message.lostRoomKeys.length; ++i)
                    writer.uint32(18).string(message.lostRoomKeys[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LeasesRenewed.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.LeasesRenewed();
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
                        if (!(message.leases && message.leases.length))
                            message.leases = [];
                        message.leases.push($root.meridian.RoomLease.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.lostRoomKeys && message.lostRoomKeys.length))
                            message.lostRoomKeys = [];
                        message.lostRoomKeys.push(reader.stringVerify());
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

        LeasesRenewed.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.LeasesRenewed";
        };

        return LeasesRenewed;
    })();

    meridian.GrantClaim = (function() {

        const GrantClaim = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        GrantClaim.prototype.roomKey = "";
        GrantClaim.prototype.trackId = "";
        GrantClaim.prototype.pullerNodeId = "";
        GrantClaim.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        GrantClaim.prototype.issuedWallMs = 0;
        GrantClaim.prototype.lifetimeMs = 0;
        GrantClaim.prototype.grantId = "";
        GrantClaim.prototype.servingNodeId = "";

        GrantClaim.create = function(properties) {
            return new GrantClaim(properties);
        };

        GrantClaim.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.pullerNodeId != null && $Object.hasOwnProperty.call(message, "pullerNodeId") && message.pullerNodeId !== "")
                writer.uint32(26).string(message.pullerNodeId);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(32).uint64(message.epoch);
            if (message.issuedWallMs != null && $Object.hasOwnProperty.call(message, "issuedWallMs") && !$Object.is(message.issuedWallMs, 0))
                writer.uint32(41).double(message.issuedWallMs);
            if (message.lifetimeMs != null && $Object.hasOwnProperty.call(message, "lifetimeMs") && message.lifetimeMs !== 0)
                writer.uint32(48).uint32(message.lifetimeMs);
            if (message.grantId != null && $Object.hasOwnProperty.call(message, "grantId") && message.grantId !== "")
                writer.uint32(58).string(message.grantId);
            if (message.servingNodeId != null && $Object.hasOwnProperty.call(message, "servingNodeId") && message.servingNodeId !== "")
                writer.uint32(66).string(message.servingNodeId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        GrantClaim.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.GrantClaim();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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
                            message.pullerNodeId = value;
                        else
                            delete message.pullerNodeId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                case 5: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.issuedWallMs = value;
                        else
                            delete message.issuedWallMs;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.lifetimeMs = value;
                        else
                            delete message.lifetimeMs;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.grantId = value;
                        else
                            delete message.grantId;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.servingNodeId = value;
                        else
                            delete message.servingNodeId;
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

        GrantClaim.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.GrantClaim";
        };

        return GrantClaim;
    })();

    meridian.Grant = (function() {

        const Grant = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Grant.prototype.claim = $util.newBuffer([]);
        Grant.prototype.signature = $util.newBuffer([]);
        Grant.prototype.certificatePem = "";

        Grant.create = function(properties) {
            return new Grant(properties);
        };

        Grant.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.claim != null && $Object.hasOwnProperty.call(message, "claim") && message.claim.length)
                writer.uint32(10).bytes(message.claim);
            if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
                writer.uint32(18).bytes(message.signature);
            if (message.certificatePem != null && $Object.hasOwnProperty.call(message, "certificatePem") && message.certificatePem !== "")
                writer.uint32(26).string(message.certificatePem);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Grant.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Grant();
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
                            message.claim = value;
                        else
                            delete message.claim;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.signature = value;
                        else
                            delete message.signature;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.certificatePem = value;
                        else
                            delete message.certificatePem;
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

        Grant.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Grant";
        };

        return Grant;
    })();

    meridian.TrackSubscription = (function() {

        const TrackSubscription = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackSubscription.prototype.trackId = "";
        TrackSubscription.prototype.carrierNodeId = "";
        TrackSubscription.prototype.grant = null;
        TrackSubscription.prototype.paused = false;
        TrackSubscription.prototype.spatialLayer = null;
        TrackSubscription.prototype.temporalLayer = null;
        TrackSubscription.prototype.publisherSessionId = "";
        TrackSubscription.prototype.originNodeId = "";

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(TrackSubscription.prototype, "_spatialLayer", {
            get: $util.oneOfGetter($oneOfFields = ["spatialLayer"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(TrackSubscription.prototype, "_temporalLayer", {
            get: $util.oneOfGetter($oneOfFields = ["temporalLayer"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        TrackSubscription.create = function(properties) {
            return new TrackSubscription(properties);
        };

        TrackSubscription.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.carrierNodeId != null && $Object.hasOwnProperty.call(message, "carrierNodeId") && message.carrierNodeId !== "")
                writer.uint32(18).string(message.carrierNodeId);
            if (message.grant != null && $Object.hasOwnProperty.call(message, "grant"))
                $root.meridian.Grant.encode(message.grant, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                writer.uint32(32).bool(message.paused);
            if (message.spatialLayer != null && $Object.hasOwnProperty.call(message, "spatialLayer"))
                writer.uint32(40).uint32(message.spatialLayer);
            if (message.temporalLayer != null && $Object.hasOwnProperty.call(message, "temporalLayer"))
                writer.uint32(48).uint32(message.temporalLayer);
            if (message.publisherSessionId != null && $Object.hasOwnProperty.call(message, "publisherSessionId") && message.publisherSessionId !== "")
                writer.uint32(58).string(message.publisherSessionId);
            if (message.originNodeId != null && $Object.hasOwnProperty.call(message, "originNodeId") && message.originNodeId !== "")
                writer.uint32(66).string(message.originNodeId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackSubscription.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.TrackSubscription();
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
                            message.carrierNodeId = value;
                        else
                            delete message.carrierNodeId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.grant = $root.meridian.Grant.decode(reader, reader.size(), $undefined, _depth + 1, message.grant);
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.paused = value;
                        else
                            delete message.paused;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.spatialLayer = reader.uint32();
                        message._spatialLayer = "spatialLayer";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        message.temporalLayer = reader.uint32();
                        message._temporalLayer = "temporalLayer";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.publisherSessionId = value;
                        else
                            delete message.publisherSessionId;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.originNodeId = value;
                        else
                            delete message.originNodeId;
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

        TrackSubscription.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackSubscription";
        };

        return TrackSubscription;
    })();

    meridian.SessionInfo = (function() {

        const SessionInfo = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SessionInfo.prototype.sessionId = "";
        SessionInfo.prototype.identity = "";
        SessionInfo.prototype.name = "";
        SessionInfo.prototype.metadata = "";
        SessionInfo.prototype.joinedWallMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        SessionInfo.prototype.signalingId = "";
        SessionInfo.prototype.signalingRegion = "";
        SessionInfo.prototype.canPublish = false;
        SessionInfo.prototype.canSubscribe = false;
        SessionInfo.prototype.canPublishData = false;
        SessionInfo.prototype.admin = false;
        SessionInfo.prototype.hidden = false;
        SessionInfo.prototype.resumeKeyHash = "";
        SessionInfo.prototype.manualSubscribe = false;
        SessionInfo.prototype.recvRtpCapabilities = null;
        SessionInfo.prototype.decisionId = "";
        SessionInfo.prototype.tokenId = "";
        SessionInfo.prototype.tokenExpiresWallMs = 0;
        SessionInfo.prototype.adoption = 0;

        SessionInfo.create = function(properties) {
            return new SessionInfo(properties);
        };

        SessionInfo.encode = function (message, writer, _depth) {
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
            if (message.joinedWallMs != null && $Object.hasOwnProperty.call(message, "joinedWallMs") && (typeof message.joinedWallMs === "object" ? message.joinedWallMs.low || message.joinedWallMs.high : message.joinedWallMs !== 0))
                writer.uint32(40).uint64(message.joinedWallMs);
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(50).string(message.signalingId);
            if (message.signalingRegion != null && $Object.hasOwnProperty.call(message, "signalingRegion") && message.signalingRegion !== "")
                writer.uint32(58).string(message.signalingRegion);
            if (message.canPublish != null && $Object.hasOwnProperty.call(message, "canPublish") && message.canPublish !== false)
                writer.uint32(64).bool(message.canPublish);
            if (message.canSubscribe != null && $Object.hasOwnProperty.call(message, "canSubscribe") && message.canSubscribe !== false)
                writer.uint32(72).bool(message.canSubscribe);
            if (message.canPublishData != null && $Object.hasOwnProperty.call(message, "canPublishData") && message.canPublishData !== false)
                writer.uint32(80).bool(message.canPublishData);
            if (message.admin != null && $Object.hasOwnProperty.call(message, "admin") && message.admin !== false)
                writer.uint32(88).bool(message.admin);
            if (message.hidden != null && $Object.hasOwnProperty.call(message, "hidden") && message.hidden !== false)
                writer.uint32(96).bool(message.hidden);
            if (message.resumeKeyHash != null && $Object.hasOwnProperty.call(message, "resumeKeyHash") && message.resumeKeyHash !== "")
                writer.uint32(106).string(message.resumeKeyHash);
            if (message.manualSubscribe != null && $Object.hasOwnProperty.call(message, "manualSubscribe") && message.manualSubscribe !== false)
                writer.uint32(112).bool(message.manualSubscribe);
            if (message.recvRtpCapabilities != null && $Object.hasOwnProperty.call(message, "recvRtpCapabilities"))
                $root.meridian.RtpCapabilities.encode(message.recvRtpCapabilities, writer.uint32(122).fork(), _depth + 1).ldelim();
            if (message.decisionId != null && $Object.hasOwnProperty.call(message, "decisionId") && message.decisionId !== "")
                writer.uint32(130).string(message.decisionId);
            if (message.tokenId != null && $Object.hasOwnProperty.call(message, "tokenId") && message.tokenId !== "")
                writer.uint32(138).string(message.tokenId);
            if (message.tokenExpiresWallMs != null && $Object.hasOwnProperty.call(message, "tokenExpiresWallMs") && !$Object.is(message.tokenExpiresWallMs, 0))
                writer.uint32(145).double(message.tokenExpiresWallMs);
            if (message.adoption != null && $Object.hasOwnProperty.call(message, "adoption") && message.adoption !== 0)
                writer.uint32(152).uint32(message.adoption);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SessionInfo.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.SessionInfo();
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
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.joinedWallMs = value;
                        else
                            delete message.joinedWallMs;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingId = value;
                        else
                            delete message.signalingId;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingRegion = value;
                        else
                            delete message.signalingRegion;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.canPublish = value;
                        else
                            delete message.canPublish;
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.canSubscribe = value;
                        else
                            delete message.canSubscribe;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.canPublishData = value;
                        else
                            delete message.canPublishData;
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.admin = value;
                        else
                            delete message.admin;
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.hidden = value;
                        else
                            delete message.hidden;
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.resumeKeyHash = value;
                        else
                            delete message.resumeKeyHash;
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.manualSubscribe = value;
                        else
                            delete message.manualSubscribe;
                        continue;
                    }
                case 15: {
                        if (wireType !== 2)
                            break;
                        message.recvRtpCapabilities = $root.meridian.RtpCapabilities.decode(reader, reader.size(), $undefined, _depth + 1, message.recvRtpCapabilities);
                        continue;
                    }
                case 16: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.decisionId = value;
                        else
                            delete message.decisionId;
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.tokenId = value;
                        else
                            delete message.tokenId;
                        continue;
                    }
                case 18: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.tokenExpiresWallMs = value;
                        else
                            delete message.tokenExpiresWallMs;
                        continue;
                    }
                case 19: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.adoption = value;
                        else
                            delete message.adoption;
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

        SessionInfo.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SessionInfo";
        };

        return SessionInfo;
    })();

    meridian.RoomRef = (function() {

        const RoomRef = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomRef.prototype.roomKey = "";
        RoomRef.prototype.ownerId = "";
        RoomRef.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

        RoomRef.create = function(properties) {
            return new RoomRef(properties);
        };

        RoomRef.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.ownerId != null && $Object.hasOwnProperty.call(message, "ownerId") && message.ownerId !== "")
                writer.uint32(18).string(message.ownerId);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(24).uint64(message.epoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomRef.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomRef();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ownerId = value;
                        else
                            delete message.ownerId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
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

        RoomRef.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomRef";
        };

        return RoomRef;
    })();

    meridian.AttachSession = (function() {

        const AttachSession = function (properties) {
            this.subscriptions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        AttachSession.prototype.room = null;
        AttachSession.prototype.session = null;
        AttachSession.prototype.sendFingerprint = null;
        AttachSession.prototype.recvFingerprint = null;
        AttachSession.prototype.subscriptions = $util.emptyArray;

        AttachSession.create = function(properties) {
            return new AttachSession(properties);
        };

        AttachSession.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                $root.meridian.SessionInfo.encode(message.session, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.sendFingerprint != null && $Object.hasOwnProperty.call(message, "sendFingerprint"))
                $root.meridian.DtlsFingerprint.encode(message.sendFingerprint, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.recvFingerprint != null && $Object.hasOwnProperty.call(message, "recvFingerprint"))
                $root.meridian.DtlsFingerprint.encode(message.recvFingerprint, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.TrackSubscription.encode(message.subscriptions[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        AttachSession.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.AttachSession();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.session = $root.meridian.SessionInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.session);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.sendFingerprint = $root.meridian.DtlsFingerprint.decode(reader, reader.size(), $undefined, _depth + 1, message.sendFingerprint);
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.recvFingerprint = $root.meridian.DtlsFingerprint.decode(reader, reader.size(), $undefined, _depth + 1, message.recvFingerprint);
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.TrackSubscription.decode(reader, reader.size(), $undefined, _depth + 1));
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

        AttachSession.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.AttachSession";
        };

        return AttachSession;
    })();

    meridian.SessionAttached = (function() {

        const SessionAttached = function (properties) {
            this.subscriptions = [];
            this.failed = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SessionAttached.prototype.sendTransport = null;
        SessionAttached.prototype.recvTransport = null;
        SessionAttached.prototype.subscriptions = $util.emptyArray;
        SessionAttached.prototype.failed = $util.emptyArray;

        SessionAttached.create = function(properties) {
            return new SessionAttached(properties);
        };

        SessionAttached.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sendTransport != null && $Object.hasOwnProperty.call(message, "sendTransport"))
                $root.meridian.TransportInfo.encode(message.sendTransport, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.recvTransport != null && $Object.hasOwnProperty.call(message, "recvTransport"))
                $root.meridian.TransportInfo.encode(message.recvTransport, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.Subscription.encode(message.subscriptions[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.failed != null && message.failed.length)
                for (let i = 0; i < message.failed.length; ++i)
                    $root.meridian.SubscriptionFailed.encode(message.failed[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SessionAttached.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.SessionAttached();
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
                        message.sendTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.sendTransport);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.recvTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.recvTransport);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.Subscription.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
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

        SessionAttached.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SessionAttached";
        };

        return SessionAttached;
    })();

    meridian.AdoptSession = (function() {

        const AdoptSession = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        AdoptSession.prototype.room = null;
        AdoptSession.prototype.sessionId = "";
        AdoptSession.prototype.resumeKey = "";
        AdoptSession.prototype.signalingId = "";
        AdoptSession.prototype.signalingRegion = "";

        AdoptSession.create = function(properties) {
            return new AdoptSession(properties);
        };

        AdoptSession.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.resumeKey != null && $Object.hasOwnProperty.call(message, "resumeKey") && message.resumeKey !== "")
                writer.uint32(26).string(message.resumeKey);
            if (message.signalingId != null && $Object.hasOwnProperty.call(message, "signalingId") && message.signalingId !== "")
                writer.uint32(34).string(message.signalingId);
            if (message.signalingRegion != null && $Object.hasOwnProperty.call(message, "signalingRegion") && message.signalingRegion !== "")
                writer.uint32(42).string(message.signalingRegion);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        AdoptSession.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.AdoptSession();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.resumeKey = value;
                        else
                            delete message.resumeKey;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingId = value;
                        else
                            delete message.signalingId;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.signalingRegion = value;
                        else
                            delete message.signalingRegion;
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

        AdoptSession.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.AdoptSession";
        };

        return AdoptSession;
    })();

    meridian.SessionAdopted = (function() {

        const SessionAdopted = function (properties) {
            this.subscriptions = [];
            this.tracks = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SessionAdopted.prototype.session = null;
        SessionAdopted.prototype.sendTransport = null;
        SessionAdopted.prototype.recvTransport = null;
        SessionAdopted.prototype.subscriptions = $util.emptyArray;
        SessionAdopted.prototype.tracks = $util.emptyArray;

        SessionAdopted.create = function(properties) {
            return new SessionAdopted(properties);
        };

        SessionAdopted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                $root.meridian.SessionInfo.encode(message.session, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sendTransport != null && $Object.hasOwnProperty.call(message, "sendTransport"))
                $root.meridian.TransportInfo.encode(message.sendTransport, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.recvTransport != null && $Object.hasOwnProperty.call(message, "recvTransport"))
                $root.meridian.TransportInfo.encode(message.recvTransport, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.Subscription.encode(message.subscriptions[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.tracks != null && message.tracks.length)
                for (let i = 0; i < message.tracks.length; ++i)
                    $root.meridian.TrackInfo.encode(message.tracks[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SessionAdopted.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.SessionAdopted();
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
                        message.session = $root.meridian.SessionInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.session);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.sendTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.sendTransport);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.recvTransport = $root.meridian.TransportInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.recvTransport);
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.Subscription.decode(reader, reader.size(), $undefined, _depth + 1));
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

        SessionAdopted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SessionAdopted";
        };

        return SessionAdopted;
    })();

    meridian.DetachSession = (function() {

        const DetachSession = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DetachSession.prototype.room = null;
        DetachSession.prototype.sessionId = "";
        DetachSession.prototype.reason = "";
        DetachSession.prototype.adoption = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(DetachSession.prototype, "_adoption", {
            get: $util.oneOfGetter($oneOfFields = ["adoption"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        DetachSession.create = function(properties) {
            return new DetachSession(properties);
        };

        DetachSession.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(26).string(message.reason);
            if (message.adoption != null && $Object.hasOwnProperty.call(message, "adoption"))
                writer.uint32(32).uint32(message.adoption);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DetachSession.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.DetachSession();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
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
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.adoption = reader.uint32();
                        message._adoption = "adoption";
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

        DetachSession.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.DetachSession";
        };

        return DetachSession;
    })();

    meridian.Produce = (function() {

        const Produce = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Produce.prototype.room = null;
        Produce.prototype.sessionId = "";
        Produce.prototype.track = null;
        Produce.prototype.rtpParameters = null;

        Produce.create = function(properties) {
            return new Produce(properties);
        };

        Produce.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                $root.meridian.TrackInfo.encode(message.track, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.rtpParameters != null && $Object.hasOwnProperty.call(message, "rtpParameters"))
                $root.meridian.RtpParameters.encode(message.rtpParameters, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Produce.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Produce();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.track = $root.meridian.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.track);
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.rtpParameters = $root.meridian.RtpParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.rtpParameters);
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

        Produce.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Produce";
        };

        return Produce;
    })();

    meridian.Produced = (function() {

        const Produced = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Produced.prototype.track = null;

        Produced.create = function(properties) {
            return new Produced(properties);
        };

        Produced.encode = function (message, writer, _depth) {
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

        Produced.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Produced();
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

        Produced.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Produced";
        };

        return Produced;
    })();

    meridian.CloseTrack = (function() {

        const CloseTrack = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        CloseTrack.prototype.room = null;
        CloseTrack.prototype.sessionId = "";
        CloseTrack.prototype.trackId = "";
        CloseTrack.prototype.reason = "";

        CloseTrack.create = function(properties) {
            return new CloseTrack(properties);
        };

        CloseTrack.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(26).string(message.trackId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        CloseTrack.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.CloseTrack();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
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

        CloseTrack.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.CloseTrack";
        };

        return CloseTrack;
    })();

    meridian.PauseTrack = (function() {

        const PauseTrack = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PauseTrack.prototype.room = null;
        PauseTrack.prototype.sessionId = "";
        PauseTrack.prototype.trackId = "";
        PauseTrack.prototype.paused = false;

        PauseTrack.create = function(properties) {
            return new PauseTrack(properties);
        };

        PauseTrack.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(26).string(message.trackId);
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                writer.uint32(32).bool(message.paused);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PauseTrack.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PauseTrack();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.paused = value;
                        else
                            delete message.paused;
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

        PauseTrack.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PauseTrack";
        };

        return PauseTrack;
    })();

    meridian.SubscribeTracks = (function() {

        const SubscribeTracks = function (properties) {
            this.subscriptions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SubscribeTracks.prototype.room = null;
        SubscribeTracks.prototype.sessionId = "";
        SubscribeTracks.prototype.subscriptions = $util.emptyArray;

        SubscribeTracks.create = function(properties) {
            return new SubscribeTracks(properties);
        };

        SubscribeTracks.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.TrackSubscription.encode(message.subscriptions[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SubscribeTracks.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.SubscribeTracks();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.TrackSubscription.decode(reader, reader.size(), $undefined, _depth + 1));
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

        SubscribeTracks.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SubscribeTracks";
        };

        return SubscribeTracks;
    })();

    meridian.TracksSubscribed = (function() {

        const TracksSubscribed = function (properties) {
            this.subscriptions = [];
            this.failed = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TracksSubscribed.prototype.subscriptions = $util.emptyArray;
        TracksSubscribed.prototype.failed = $util.emptyArray;

        TracksSubscribed.create = function(properties) {
            return new TracksSubscribed(properties);
        };

        TracksSubscribed.encode = function (message, writer, _depth) {
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

        TracksSubscribed.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.TracksSubscribed();
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

        TracksSubscribed.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TracksSubscribed";
        };

        return TracksSubscribed;
    })();

    meridian.UnsubscribeTrack = (function() {

        const UnsubscribeTrack = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UnsubscribeTrack.prototype.room = null;
        UnsubscribeTrack.prototype.sessionId = "";
        UnsubscribeTrack.prototype.trackId = "";

        UnsubscribeTrack.create = function(properties) {
            return new UnsubscribeTrack(properties);
        };

        UnsubscribeTrack.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(26).string(message.trackId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        UnsubscribeTrack.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.UnsubscribeTrack();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
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

        UnsubscribeTrack.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.UnsubscribeTrack";
        };

        return UnsubscribeTrack;
    })();

    meridian.UpdateConsumer = (function() {

        const UpdateConsumer = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UpdateConsumer.prototype.room = null;
        UpdateConsumer.prototype.sessionId = "";
        UpdateConsumer.prototype.update = null;

        UpdateConsumer.create = function(properties) {
            return new UpdateConsumer(properties);
        };

        UpdateConsumer.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.update != null && $Object.hasOwnProperty.call(message, "update"))
                $root.meridian.UpdateSubscription.encode(message.update, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        UpdateConsumer.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.UpdateConsumer();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.update = $root.meridian.UpdateSubscription.decode(reader, reader.size(), $undefined, _depth + 1, message.update);
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

        UpdateConsumer.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.UpdateConsumer";
        };

        return UpdateConsumer;
    })();

    meridian.ResumeConsumers = (function() {

        const ResumeConsumers = function (properties) {
            this.consumerIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ResumeConsumers.prototype.room = null;
        ResumeConsumers.prototype.sessionId = "";
        ResumeConsumers.prototype.consumerIds = $util.emptyArray;

        ResumeConsumers.create = function(properties) {
            return new ResumeConsumers(properties);
        };

        ResumeConsumers.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.consumerIds != null && message.consumerIds.length)
                for (let i = 0; i < message.consumerIds.length; ++i)
                    writer.uint32(26).string(message.consumerIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ResumeConsumers.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ResumeConsumers();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
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

        ResumeConsumers.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ResumeConsumers";
        };

        return ResumeConsumers;
    })();

    meridian.TrackMoveCommit = (function() {

        const TrackMoveCommit = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackMoveCommit.prototype.room = null;
        TrackMoveCommit.prototype.sessionId = "";
        TrackMoveCommit.prototype.done = null;

        TrackMoveCommit.create = function(properties) {
            return new TrackMoveCommit(properties);
        };

        TrackMoveCommit.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.done != null && $Object.hasOwnProperty.call(message, "done"))
                $root.meridian.TrackMoveDone.encode(message.done, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackMoveCommit.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.TrackMoveCommit();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.done = $root.meridian.TrackMoveDone.decode(reader, reader.size(), $undefined, _depth + 1, message.done);
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

        TrackMoveCommit.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackMoveCommit";
        };

        return TrackMoveCommit;
    })();

    meridian.RestartTransport = (function() {

        const RestartTransport = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RestartTransport.prototype.room = null;
        RestartTransport.prototype.sessionId = "";
        RestartTransport.prototype.transportId = "";

        RestartTransport.create = function(properties) {
            return new RestartTransport(properties);
        };

        RestartTransport.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.transportId != null && $Object.hasOwnProperty.call(message, "transportId") && message.transportId !== "")
                writer.uint32(26).string(message.transportId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RestartTransport.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RestartTransport();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
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

        RestartTransport.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RestartTransport";
        };

        return RestartTransport;
    })();

    meridian.RepullTrack = (function() {

        const RepullTrack = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RepullTrack.prototype.room = null;
        RepullTrack.prototype.track = null;

        RepullTrack.create = function(properties) {
            return new RepullTrack(properties);
        };

        RepullTrack.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                $root.meridian.TrackSubscription.encode(message.track, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RepullTrack.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RepullTrack();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.track = $root.meridian.TrackSubscription.decode(reader, reader.size(), $undefined, _depth + 1, message.track);
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

        RepullTrack.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RepullTrack";
        };

        return RepullTrack;
    })();

    meridian.RoomData = (function() {

        const RoomData = function (properties) {
            this.destinationSessionIds = [];
            this.targetNodeIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomData.prototype.roomKey = "";
        RoomData.prototype.data = null;
        RoomData.prototype.destinationSessionIds = $util.emptyArray;
        RoomData.prototype.targetNodeIds = $util.emptyArray;
        RoomData.prototype.originNodeId = "";

        RoomData.create = function(properties) {
            return new RoomData(properties);
        };

        RoomData.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.data != null && $Object.hasOwnProperty.call(message, "data"))
                $root.meridian.DataReceived.encode(message.data, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.destinationSessionIds != null && message.destinationSessionIds.length)
                for (let i = 0; i < message.destinationSessionIds.length; ++i)
                    writer.uint32(26).string(message.destinationSessionIds[i]);
            if (message.targetNodeIds != null && message.targetNodeIds.length)
                for (let i = 0; i < message.targetNodeIds.length; ++i)
                    writer.uint32(34).string(message.targetNodeIds[i]);
            if (message.originNodeId != null && $Object.hasOwnProperty.call(message, "originNodeId") && message.originNodeId !== "")
                writer.uint32(42).string(message.originNodeId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomData.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomData();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.data = $root.meridian.DataReceived.decode(reader, reader.size(), $undefined, _depth + 1, message.data);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.destinationSessionIds && message.destinationSessionIds.length))
                            message.destinationSessionIds = [];
                        message.destinationSessionIds.push(reader.stringVerify());
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.targetNodeIds && message.targetNodeIds.length))
                            message.targetNodeIds = [];
                        message.targetNodeIds.push(reader.stringVerify());
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.originNodeId = value;
                        else
                            delete message.originNodeId;
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

        RoomData.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomData";
        };

        return RoomData;
    })();

    meridian.RoomSnapshotRequest = (function() {

        const RoomSnapshotRequest = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomSnapshotRequest.prototype.room = null;

        RoomSnapshotRequest.create = function(properties) {
            return new RoomSnapshotRequest(properties);
        };

        RoomSnapshotRequest.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomSnapshotRequest.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomSnapshotRequest();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
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

        RoomSnapshotRequest.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomSnapshotRequest";
        };

        return RoomSnapshotRequest;
    })();

    meridian.RoomSnapshotReply = (function() {

        const RoomSnapshotReply = function (properties) {
            this.sessions = [];
            this.carriedTrackIds = [];
            this.served = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomSnapshotReply.prototype.sessions = $util.emptyArray;
        RoomSnapshotReply.prototype.highestEpoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomSnapshotReply.prototype.carriedTrackIds = $util.emptyArray;
        RoomSnapshotReply.prototype.served = $util.emptyArray;

        RoomSnapshotReply.create = function(properties) {
            return new RoomSnapshotReply(properties);
        };

        RoomSnapshotReply.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.sessions != null && message.sessions.length)
                for (let i = 0; i < message.sessions.length; ++i)
                    $root.meridian.SessionSnapshot.encode(message.sessions[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.highestEpoch != null && $Object.hasOwnProperty.call(message, "highestEpoch") && (typeof message.highestEpoch === "object" ? message.highestEpoch.low || message.highestEpoch.high : message.highestEpoch !== 0))
                writer.uint32(16).uint64(message.highestEpoch);
            if (message.carriedTrackIds != null && message.carriedTrackIds.length)
                for (let i = 0; i < message.carriedTrackIds.length; ++i)
                    writer.uint32(26).string(message.carriedTrackIds[i]);
            if (message.served != null && message.served.length)
                for (let i = 0; i < message.served.length; ++i)
                    $root.meridian.ServedTrack.encode(message.served[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomSnapshotReply.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomSnapshotReply();
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
                        if (!(message.sessions && message.sessions.length))
                            message.sessions = [];
                        message.sessions.push($root.meridian.SessionSnapshot.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.highestEpoch = value;
                        else
                            delete message.highestEpoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.carriedTrackIds && message.carriedTrackIds.length))
                            message.carriedTrackIds = [];
                        message.carriedTrackIds.push(reader.stringVerify());
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.served && message.served.length))
                            message.served = [];
                        message.served.push($root.meridian.ServedTrack.decode(reader, reader.size(), $undefined, _depth + 1));
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

        RoomSnapshotReply.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomSnapshotReply";
        };

        return RoomSnapshotReply;
    })();

    meridian.ServedTrack = (function() {

        const ServedTrack = function (properties) {
            this.pullerNodeIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ServedTrack.prototype.trackId = "";
        ServedTrack.prototype.pullerNodeIds = $util.emptyArray;

        ServedTrack.create = function(properties) {
            return new ServedTrack(properties);
        };

        ServedTrack.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(10).string(message.trackId);
            if (message.pullerNodeIds != null && message.pullerNodeIds.length)
                for (let i = 0; i < message.pullerNodeIds.length; ++i)
                    writer.uint32(18).string(message.pullerNodeIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ServedTrack.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ServedTrack();
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
                        if (!(message.pullerNodeIds && message.pullerNodeIds.length))
                            message.pullerNodeIds = [];
                        message.pullerNodeIds.push(reader.stringVerify());
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

        ServedTrack.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ServedTrack";
        };

        return ServedTrack;
    })();

    meridian.SessionSnapshot = (function() {

        const SessionSnapshot = function (properties) {
            this.tracks = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SessionSnapshot.prototype.session = null;
        SessionSnapshot.prototype.tracks = $util.emptyArray;
        SessionSnapshot.prototype.attached = false;

        SessionSnapshot.create = function(properties) {
            return new SessionSnapshot(properties);
        };

        SessionSnapshot.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.session != null && $Object.hasOwnProperty.call(message, "session"))
                $root.meridian.SessionInfo.encode(message.session, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.tracks != null && message.tracks.length)
                for (let i = 0; i < message.tracks.length; ++i)
                    $root.meridian.TrackInfo.encode(message.tracks[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.attached != null && $Object.hasOwnProperty.call(message, "attached") && message.attached !== false)
                writer.uint32(24).bool(message.attached);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SessionSnapshot.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.SessionSnapshot();
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
                        message.session = $root.meridian.SessionInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.session);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.tracks && message.tracks.length))
                            message.tracks = [];
                        message.tracks.push($root.meridian.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.attached = value;
                        else
                            delete message.attached;
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

        SessionSnapshot.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SessionSnapshot";
        };

        return SessionSnapshot;
    })();

    meridian.DrainNode = (function() {

        const DrainNode = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DrainNode.prototype.reason = "";

        DrainNode.create = function(properties) {
            return new DrainNode(properties);
        };

        DrainNode.encode = function (message, writer, _depth) {
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

        DrainNode.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.DrainNode();
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

        DrainNode.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.DrainNode";
        };

        return DrainNode;
    })();

    meridian.ConsumerChanged = (function() {

        const ConsumerChanged = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ConsumerChanged.prototype.roomKey = "";
        ConsumerChanged.prototype.sessionId = "";
        ConsumerChanged.prototype.state = null;

        ConsumerChanged.create = function(properties) {
            return new ConsumerChanged(properties);
        };

        ConsumerChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                $root.meridian.SubscriptionState.encode(message.state, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ConsumerChanged.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ConsumerChanged();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.state = $root.meridian.SubscriptionState.decode(reader, reader.size(), $undefined, _depth + 1, message.state);
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

        ConsumerChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ConsumerChanged";
        };

        return ConsumerChanged;
    })();

    meridian.ConsumerClosed = (function() {

        const ConsumerClosed = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ConsumerClosed.prototype.roomKey = "";
        ConsumerClosed.prototype.sessionId = "";
        ConsumerClosed.prototype.removed = null;

        ConsumerClosed.create = function(properties) {
            return new ConsumerClosed(properties);
        };

        ConsumerClosed.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.removed != null && $Object.hasOwnProperty.call(message, "removed"))
                $root.meridian.SubscriptionRemoved.encode(message.removed, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ConsumerClosed.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ConsumerClosed();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.removed = $root.meridian.SubscriptionRemoved.decode(reader, reader.size(), $undefined, _depth + 1, message.removed);
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

        ConsumerClosed.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ConsumerClosed";
        };

        return ConsumerClosed;
    })();

    meridian.ConsumerMoved = (function() {

        const ConsumerMoved = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ConsumerMoved.prototype.roomKey = "";
        ConsumerMoved.prototype.sessionId = "";
        ConsumerMoved.prototype.moved = null;

        ConsumerMoved.create = function(properties) {
            return new ConsumerMoved(properties);
        };

        ConsumerMoved.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.moved != null && $Object.hasOwnProperty.call(message, "moved"))
                $root.meridian.TrackMoved.encode(message.moved, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ConsumerMoved.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.ConsumerMoved();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.moved = $root.meridian.TrackMoved.decode(reader, reader.size(), $undefined, _depth + 1, message.moved);
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

        ConsumerMoved.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.ConsumerMoved";
        };

        return ConsumerMoved;
    })();

    meridian.TransportState = (function() {

        const TransportState = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TransportState.prototype.roomKey = "";
        TransportState.prototype.sessionId = "";
        TransportState.prototype.change = null;

        TransportState.create = function(properties) {
            return new TransportState(properties);
        };

        TransportState.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.change != null && $Object.hasOwnProperty.call(message, "change"))
                $root.meridian.TransportChanged.encode(message.change, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TransportState.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.TransportState();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.change = $root.meridian.TransportChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.change);
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

        TransportState.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TransportState";
        };

        return TransportState;
    })();

    meridian.SessionEnded = (function() {

        const SessionEnded = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SessionEnded.prototype.roomKey = "";
        SessionEnded.prototype.sessionId = "";
        SessionEnded.prototype.code = "";

        SessionEnded.create = function(properties) {
            return new SessionEnded(properties);
        };

        SessionEnded.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(26).string(message.code);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SessionEnded.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.SessionEnded();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
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

        SessionEnded.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SessionEnded";
        };

        return SessionEnded;
    })();

    meridian.TrackEnded = (function() {

        const TrackEnded = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackEnded.prototype.roomKey = "";
        TrackEnded.prototype.sessionId = "";
        TrackEnded.prototype.trackId = "";
        TrackEnded.prototype.reason = "";

        TrackEnded.create = function(properties) {
            return new TrackEnded(properties);
        };

        TrackEnded.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(26).string(message.trackId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackEnded.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.TrackEnded();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
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

        TrackEnded.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackEnded";
        };

        return TrackEnded;
    })();

    meridian.TrackDemand = (function() {

        const TrackDemand = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TrackDemand.prototype.roomKey = "";
        TrackDemand.prototype.sessionId = "";
        TrackDemand.prototype.demand = null;

        TrackDemand.create = function(properties) {
            return new TrackDemand(properties);
        };

        TrackDemand.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.demand != null && $Object.hasOwnProperty.call(message, "demand"))
                $root.meridian.LayerDemand.encode(message.demand, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TrackDemand.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.TrackDemand();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.demand = $root.meridian.LayerDemand.decode(reader, reader.size(), $undefined, _depth + 1, message.demand);
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

        TrackDemand.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.TrackDemand";
        };

        return TrackDemand;
    })();

    meridian.SpeakerLevels = (function() {

        const SpeakerLevels = function (properties) {
            this.speakers = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SpeakerLevels.prototype.roomKey = "";
        SpeakerLevels.prototype.speakers = $util.emptyArray;
        SpeakerLevels.prototype.nodeId = "";

        SpeakerLevels.create = function(properties) {
            return new SpeakerLevels(properties);
        };

        SpeakerLevels.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.speakers != null && message.speakers.length)
                for (let i = 0; i < message.speakers.length; ++i)
                    $root.meridian.Speaker.encode(message.speakers[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(26).string(message.nodeId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SpeakerLevels.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.SpeakerLevels();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.speakers && message.speakers.length))
                            message.speakers = [];
                        message.speakers.push($root.meridian.Speaker.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.nodeId = value;
                        else
                            delete message.nodeId;
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

        SpeakerLevels.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.SpeakerLevels";
        };

        return SpeakerLevels;
    })();

    meridian.CarrierChanged = (function() {

        const CarrierChanged = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        CarrierChanged.prototype.roomKey = "";
        CarrierChanged.prototype.trackId = "";
        CarrierChanged.prototype.nodeId = "";
        CarrierChanged.prototype.carries = false;
        CarrierChanged.prototype.fromNodeId = "";
        CarrierChanged.prototype.doubtful = false;

        CarrierChanged.create = function(properties) {
            return new CarrierChanged(properties);
        };

        CarrierChanged.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.nodeId != null && $Object.hasOwnProperty.call(message, "nodeId") && message.nodeId !== "")
                writer.uint32(26).string(message.nodeId);
            if (message.carries != null && $Object.hasOwnProperty.call(message, "carries") && message.carries !== false)
                writer.uint32(32).bool(message.carries);
            if (message.fromNodeId != null && $Object.hasOwnProperty.call(message, "fromNodeId") && message.fromNodeId !== "")
                writer.uint32(42).string(message.fromNodeId);
            if (message.doubtful != null && $Object.hasOwnProperty.call(message, "doubtful") && message.doubtful !== false)
                writer.uint32(48).bool(message.doubtful);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        CarrierChanged.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.CarrierChanged();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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
                            message.nodeId = value;
                        else
                            delete message.nodeId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.carries = value;
                        else
                            delete message.carries;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.fromNodeId = value;
                        else
                            delete message.fromNodeId;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.doubtful = value;
                        else
                            delete message.doubtful;
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

        CarrierChanged.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.CarrierChanged";
        };

        return CarrierChanged;
    })();

    meridian.RoomLost = (function() {

        const RoomLost = function (properties) {
            this.sessionIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomLost.prototype.roomKey = "";
        RoomLost.prototype.code = "";
        RoomLost.prototype.sessionIds = $util.emptyArray;

        RoomLost.create = function(properties) {
            return new RoomLost(properties);
        };

        RoomLost.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                writer.uint32(18).string(message.code);
            if (message.sessionIds != null && message.sessionIds.length)
                for (let i = 0; i < message.sessionIds.length; ++i)
                    writer.uint32(26).string(message.sessionIds[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomLost.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomLost();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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
                        if (!(message.sessionIds && message.sessionIds.length))
                            message.sessionIds = [];
                        message.sessionIds.push(reader.stringVerify());
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

        RoomLost.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomLost";
        };

        return RoomLost;
    })();

    meridian.OwnerJoin = (function() {

        const OwnerJoin = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerJoin.prototype.room = null;
        OwnerJoin.prototype.participant = null;
        OwnerJoin.prototype.takeover = false;
        OwnerJoin.prototype.manualSubscribe = false;
        OwnerJoin.prototype.adoption = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(OwnerJoin.prototype, "_adoption", {
            get: $util.oneOfGetter($oneOfFields = ["adoption"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        OwnerJoin.create = function(properties) {
            return new OwnerJoin(properties);
        };

        OwnerJoin.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                $root.meridian.ParticipantInfo.encode(message.participant, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.takeover != null && $Object.hasOwnProperty.call(message, "takeover") && message.takeover !== false)
                writer.uint32(24).bool(message.takeover);
            if (message.manualSubscribe != null && $Object.hasOwnProperty.call(message, "manualSubscribe") && message.manualSubscribe !== false)
                writer.uint32(32).bool(message.manualSubscribe);
            if (message.adoption != null && $Object.hasOwnProperty.call(message, "adoption"))
                writer.uint32(40).uint32(message.adoption);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerJoin.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerJoin();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.participant = $root.meridian.ParticipantInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.participant);
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.takeover = value;
                        else
                            delete message.takeover;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.manualSubscribe = value;
                        else
                            delete message.manualSubscribe;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.adoption = reader.uint32();
                        message._adoption = "adoption";
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

        OwnerJoin.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerJoin";
        };

        return OwnerJoin;
    })();

    meridian.OwnerJoined = (function() {

        const OwnerJoined = function (properties) {
            this.subscriptions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerJoined.prototype.roster = null;
        OwnerJoined.prototype.subscriptions = $util.emptyArray;

        OwnerJoined.create = function(properties) {
            return new OwnerJoined(properties);
        };

        OwnerJoined.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roster != null && $Object.hasOwnProperty.call(message, "roster"))
                $root.meridian.RosterSnapshot.encode(message.roster, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.TrackSubscription.encode(message.subscriptions[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerJoined.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerJoined();
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
                        message.roster = $root.meridian.RosterSnapshot.decode(reader, reader.size(), $undefined, _depth + 1, message.roster);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.subscriptions && message.subscriptions.length))
                            message.subscriptions = [];
                        message.subscriptions.push($root.meridian.TrackSubscription.decode(reader, reader.size(), $undefined, _depth + 1));
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

        OwnerJoined.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerJoined";
        };

        return OwnerJoined;
    })();

    meridian.OwnerLeave = (function() {

        const OwnerLeave = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerLeave.prototype.room = null;
        OwnerLeave.prototype.sessionId = "";
        OwnerLeave.prototype.reason = "";

        OwnerLeave.create = function(properties) {
            return new OwnerLeave(properties);
        };

        OwnerLeave.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(26).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerLeave.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerLeave();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
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

        OwnerLeave.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerLeave";
        };

        return OwnerLeave;
    })();

    meridian.OwnerPublish = (function() {

        const OwnerPublish = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerPublish.prototype.room = null;
        OwnerPublish.prototype.sessionId = "";
        OwnerPublish.prototype.track = null;

        OwnerPublish.create = function(properties) {
            return new OwnerPublish(properties);
        };

        OwnerPublish.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                $root.meridian.TrackInfo.encode(message.track, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerPublish.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerPublish();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
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

        OwnerPublish.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerPublish";
        };

        return OwnerPublish;
    })();

    meridian.OwnerUnpublish = (function() {

        const OwnerUnpublish = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerUnpublish.prototype.room = null;
        OwnerUnpublish.prototype.sessionId = "";
        OwnerUnpublish.prototype.trackId = "";
        OwnerUnpublish.prototype.reason = "";

        OwnerUnpublish.create = function(properties) {
            return new OwnerUnpublish(properties);
        };

        OwnerUnpublish.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(26).string(message.trackId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerUnpublish.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerUnpublish();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
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

        OwnerUnpublish.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerUnpublish";
        };

        return OwnerUnpublish;
    })();

    meridian.OwnerMute = (function() {

        const OwnerMute = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerMute.prototype.room = null;
        OwnerMute.prototype.sessionId = "";
        OwnerMute.prototype.trackId = "";
        OwnerMute.prototype.muted = false;
        OwnerMute.prototype.bySessionId = "";

        OwnerMute.create = function(properties) {
            return new OwnerMute(properties);
        };

        OwnerMute.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(26).string(message.trackId);
            if (message.muted != null && $Object.hasOwnProperty.call(message, "muted") && message.muted !== false)
                writer.uint32(32).bool(message.muted);
            if (message.bySessionId != null && $Object.hasOwnProperty.call(message, "bySessionId") && message.bySessionId !== "")
                writer.uint32(42).string(message.bySessionId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerMute.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerMute();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.trackId = value;
                        else
                            delete message.trackId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.muted = value;
                        else
                            delete message.muted;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.bySessionId = value;
                        else
                            delete message.bySessionId;
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

        OwnerMute.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerMute";
        };

        return OwnerMute;
    })();

    meridian.OwnerUpdate = (function() {

        const OwnerUpdate = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerUpdate.prototype.room = null;
        OwnerUpdate.prototype.participant = null;

        OwnerUpdate.create = function(properties) {
            return new OwnerUpdate(properties);
        };

        OwnerUpdate.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.participant != null && $Object.hasOwnProperty.call(message, "participant"))
                $root.meridian.ParticipantInfo.encode(message.participant, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerUpdate.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerUpdate();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
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

        OwnerUpdate.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerUpdate";
        };

        return OwnerUpdate;
    })();

    meridian.OwnerQuality = (function() {

        const OwnerQuality = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerQuality.prototype.room = null;
        OwnerQuality.prototype.sessionId = "";
        OwnerQuality.prototype.quality = 0;

        OwnerQuality.create = function(properties) {
            return new OwnerQuality(properties);
        };

        OwnerQuality.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.quality != null && $Object.hasOwnProperty.call(message, "quality") && message.quality !== 0)
                writer.uint32(24).int32(message.quality);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerQuality.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerQuality();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
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

        OwnerQuality.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerQuality";
        };

        return OwnerQuality;
    })();

    meridian.OwnerKick = (function() {

        const OwnerKick = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerKick.prototype.room = null;
        OwnerKick.prototype.sessionId = "";
        OwnerKick.prototype.bySessionId = "";
        OwnerKick.prototype.reason = "";

        OwnerKick.create = function(properties) {
            return new OwnerKick(properties);
        };

        OwnerKick.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.bySessionId != null && $Object.hasOwnProperty.call(message, "bySessionId") && message.bySessionId !== "")
                writer.uint32(26).string(message.bySessionId);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerKick.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerKick();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.bySessionId = value;
                        else
                            delete message.bySessionId;
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

        OwnerKick.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerKick";
        };

        return OwnerKick;
    })();

    meridian.OwnerGrants = (function() {

        const OwnerGrants = function (properties) {
            this.trackIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerGrants.prototype.room = null;
        OwnerGrants.prototype.pullerNodeId = "";
        OwnerGrants.prototype.trackIds = $util.emptyArray;
        OwnerGrants.prototype.carrierNodeId = "";

        OwnerGrants.create = function(properties) {
            return new OwnerGrants(properties);
        };

        OwnerGrants.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.pullerNodeId != null && $Object.hasOwnProperty.call(message, "pullerNodeId") && message.pullerNodeId !== "")
                writer.uint32(18).string(message.pullerNodeId);
            if (message.trackIds != null && message.trackIds.length)
                for (let i = 0; i < message.trackIds.length; ++i)
                    writer.uint32(26).string(message.trackIds[i]);
            if (message.carrierNodeId != null && $Object.hasOwnProperty.call(message, "carrierNodeId") && message.carrierNodeId !== "")
                writer.uint32(34).string(message.carrierNodeId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerGrants.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerGrants();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.pullerNodeId = value;
                        else
                            delete message.pullerNodeId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.trackIds && message.trackIds.length))
                            message.trackIds = [];
                        message.trackIds.push(reader.stringVerify());
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.carrierNodeId = value;
                        else
                            delete message.carrierNodeId;
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

        OwnerGrants.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerGrants";
        };

        return OwnerGrants;
    })();

    meridian.OwnerGranted = (function() {

        const OwnerGranted = function (properties) {
            this.subscriptions = [];
            this.failed = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerGranted.prototype.subscriptions = $util.emptyArray;
        OwnerGranted.prototype.failed = $util.emptyArray;

        OwnerGranted.create = function(properties) {
            return new OwnerGranted(properties);
        };

        OwnerGranted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.subscriptions != null && message.subscriptions.length)
                for (let i = 0; i < message.subscriptions.length; ++i)
                    $root.meridian.TrackSubscription.encode(message.subscriptions[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.failed != null && message.failed.length)
                for (let i = 0; i < message.failed.length; ++i)
                    $root.meridian.SubscriptionFailed.encode(message.failed[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerGranted.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerGranted();
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
                        message.subscriptions.push($root.meridian.TrackSubscription.decode(reader, reader.size(), $undefined, _depth + 1));
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

        OwnerGranted.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerGranted";
        };

        return OwnerGranted;
    })();

    meridian.OwnerSnapshot = (function() {

        const OwnerSnapshot = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerSnapshot.prototype.room = null;

        OwnerSnapshot.create = function(properties) {
            return new OwnerSnapshot(properties);
        };

        OwnerSnapshot.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerSnapshot.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerSnapshot();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
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

        OwnerSnapshot.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerSnapshot";
        };

        return OwnerSnapshot;
    })();

    meridian.OwnerOf = (function() {

        const OwnerOf = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        OwnerOf.prototype.roomKey = "";
        OwnerOf.prototype.claiming = false;

        OwnerOf.create = function(properties) {
            return new OwnerOf(properties);
        };

        OwnerOf.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.claiming != null && $Object.hasOwnProperty.call(message, "claiming") && message.claiming !== false)
                writer.uint32(16).bool(message.claiming);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        OwnerOf.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.OwnerOf();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.claiming = value;
                        else
                            delete message.claiming;
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

        OwnerOf.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.OwnerOf";
        };

        return OwnerOf;
    })();

    meridian.RoomOwner = (function() {

        const RoomOwner = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomOwner.prototype.ownerId = "";
        RoomOwner.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
        RoomOwner.prototype.provisional = false;
        RoomOwner.prototype.claiming = false;

        RoomOwner.create = function(properties) {
            return new RoomOwner(properties);
        };

        RoomOwner.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.ownerId != null && $Object.hasOwnProperty.call(message, "ownerId") && message.ownerId !== "")
                writer.uint32(10).string(message.ownerId);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(16).uint64(message.epoch);
            if (message.provisional != null && $Object.hasOwnProperty.call(message, "provisional") && message.provisional !== false)
                writer.uint32(24).bool(message.provisional);
            if (message.claiming != null && $Object.hasOwnProperty.call(message, "claiming") && message.claiming !== false)
                writer.uint32(32).bool(message.claiming);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomOwner.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomOwner();
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
                            message.ownerId = value;
                        else
                            delete message.ownerId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.provisional = value;
                        else
                            delete message.provisional;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.claiming = value;
                        else
                            delete message.claiming;
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

        RoomOwner.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomOwner";
        };

        return RoomOwner;
    })();

    meridian.RoomBan = (function() {

        const RoomBan = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RoomBan.prototype.roomKey = "";
        RoomBan.prototype.identity = "";
        RoomBan.prototype.leftMs = 0;

        RoomBan.create = function(properties) {
            return new RoomBan(properties);
        };

        RoomBan.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.identity != null && $Object.hasOwnProperty.call(message, "identity") && message.identity !== "")
                writer.uint32(18).string(message.identity);
            if (message.leftMs != null && $Object.hasOwnProperty.call(message, "leftMs") && message.leftMs !== 0)
                writer.uint32(24).uint32(message.leftMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RoomBan.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.RoomBan();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.leftMs = value;
                        else
                            delete message.leftMs;
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

        RoomBan.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.RoomBan";
        };

        return RoomBan;
    })();

    meridian.DoorEvents = (function() {

        const DoorEvents = function (properties) {
            this.events = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DoorEvents.prototype.room = null;
        DoorEvents.prototype.events = $util.emptyArray;

        DoorEvents.create = function(properties) {
            return new DoorEvents(properties);
        };

        DoorEvents.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.events != null && message.events.length)
                for (let i = 0; i < message.events.length; ++i)
                    $root.meridian.RoomEvent.encode(message.events[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DoorEvents.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.DoorEvents();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
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

        DoorEvents.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.DoorEvents";
        };

        return DoorEvents;
    })();

    meridian.DoorCommand = (function() {

        const DoorCommand = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        DoorCommand.prototype.room = null;
        DoorCommand.prototype.sessionId = "";
        DoorCommand.prototype.disconnect = null;
        DoorCommand.prototype.mute = null;
        DoorCommand.prototype.beforeAdoption = null;

        let $oneOfFields;

        $Object.defineProperty(DoorCommand.prototype, "body", {
            get: $util.oneOfGetter($oneOfFields = ["disconnect", "mute"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(DoorCommand.prototype, "_beforeAdoption", {
            get: $util.oneOfGetter($oneOfFields = ["beforeAdoption"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        DoorCommand.create = function(properties) {
            return new DoorCommand(properties);
        };

        DoorCommand.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.room != null && $Object.hasOwnProperty.call(message, "room"))
                $root.meridian.RoomRef.encode(message.room, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                writer.uint32(18).string(message.sessionId);
            if (message.disconnect != null && $Object.hasOwnProperty.call(message, "disconnect"))
                $root.meridian.Disconnect.encode(message.disconnect, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.mute != null && $Object.hasOwnProperty.call(message, "mute"))
                $root.meridian.SetTrackMuted.encode(message.mute, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.beforeAdoption != null && $Object.hasOwnProperty.call(message, "beforeAdoption"))
                writer.uint32(40).uint32(message.beforeAdoption);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        DoorCommand.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.DoorCommand();
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
                        message.room = $root.meridian.RoomRef.decode(reader, reader.size(), $undefined, _depth + 1, message.room);
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.sessionId = value;
                        else
                            delete message.sessionId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.disconnect = $root.meridian.Disconnect.decode(reader, reader.size(), $undefined, _depth + 1, message.disconnect);
                        message.body = "disconnect";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.mute = $root.meridian.SetTrackMuted.decode(reader, reader.size(), $undefined, _depth + 1, message.mute);
                        message.body = "mute";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.beforeAdoption = reader.uint32();
                        message._beforeAdoption = "beforeAdoption";
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

        DoorCommand.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.DoorCommand";
        };

        return DoorCommand;
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

    meridian.PathEnd = (function() {

        const PathEnd = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PathEnd.prototype.ip = "";
        PathEnd.prototype.port = 0;
        PathEnd.prototype.key = $util.newBuffer([]);

        PathEnd.create = function(properties) {
            return new PathEnd(properties);
        };

        PathEnd.encode = function (message, writer, _depth) {
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
            if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key.length)
                writer.uint32(26).bytes(message.key);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PathEnd.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PathEnd();
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
                        if ((value = reader.bytes()).length)
                            message.key = value;
                        else
                            delete message.key;
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

        PathEnd.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PathEnd";
        };

        return PathEnd;
    })();

    meridian.PipeOpen = (function() {

        const PipeOpen = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PipeOpen.prototype.incarnation = "";
        PipeOpen.prototype.ip = "";
        PipeOpen.prototype.port = 0;
        PipeOpen.prototype.srtp = null;
        PipeOpen.prototype.routerVersion = 0;
        PipeOpen.prototype.path = null;

        PipeOpen.create = function(properties) {
            return new PipeOpen(properties);
        };

        PipeOpen.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                writer.uint32(10).string(message.incarnation);
            if (message.ip != null && $Object.hasOwnProperty.call(message, "ip") && message.ip !== "")
                writer.uint32(18).string(message.ip);
            if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                writer.uint32(24).uint32(message.port);
            if (message.srtp != null && $Object.hasOwnProperty.call(message, "srtp"))
                $root.meridian.SrtpParameters.encode(message.srtp, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.routerVersion != null && $Object.hasOwnProperty.call(message, "routerVersion") && message.routerVersion !== 0)
                writer.uint32(40).uint32(message.routerVersion);
            if (message.path != null && $Object.hasOwnProperty.call(message, "path"))
                $root.meridian.PathEnd.encode(message.path, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PipeOpen.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PipeOpen();
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
                            message.incarnation = value;
                        else
                            delete message.incarnation;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ip = value;
                        else
                            delete message.ip;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.port = value;
                        else
                            delete message.port;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.srtp = $root.meridian.SrtpParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.srtp);
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.routerVersion = value;
                        else
                            delete message.routerVersion;
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.path = $root.meridian.PathEnd.decode(reader, reader.size(), $undefined, _depth + 1, message.path);
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

        PipeOpen.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PipeOpen";
        };

        return PipeOpen;
    })();

    meridian.PipeOpened = (function() {

        const PipeOpened = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PipeOpened.prototype.incarnation = "";
        PipeOpened.prototype.ip = "";
        PipeOpened.prototype.port = 0;
        PipeOpened.prototype.srtp = null;
        PipeOpened.prototype.path = null;

        PipeOpened.create = function(properties) {
            return new PipeOpened(properties);
        };

        PipeOpened.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && message.incarnation !== "")
                writer.uint32(10).string(message.incarnation);
            if (message.ip != null && $Object.hasOwnProperty.call(message, "ip") && message.ip !== "")
                writer.uint32(18).string(message.ip);
            if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                writer.uint32(24).uint32(message.port);
            if (message.srtp != null && $Object.hasOwnProperty.call(message, "srtp"))
                $root.meridian.SrtpParameters.encode(message.srtp, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.path != null && $Object.hasOwnProperty.call(message, "path"))
                $root.meridian.PathEnd.encode(message.path, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PipeOpened.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.PipeOpened();
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
                            message.incarnation = value;
                        else
                            delete message.incarnation;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.ip = value;
                        else
                            delete message.ip;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.port = value;
                        else
                            delete message.port;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.srtp = $root.meridian.SrtpParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.srtp);
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.path = $root.meridian.PathEnd.decode(reader, reader.size(), $undefined, _depth + 1, message.path);
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

        PipeOpened.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.PipeOpened";
        };

        return PipeOpened;
    })();

    meridian.Pull = (function() {

        const Pull = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Pull.prototype.roomKey = "";
        Pull.prototype.trackId = "";
        Pull.prototype.grant = null;

        Pull.create = function(properties) {
            return new Pull(properties);
        };

        Pull.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.grant != null && $Object.hasOwnProperty.call(message, "grant"))
                $root.meridian.Grant.encode(message.grant, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Pull.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Pull();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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
                        message.grant = $root.meridian.Grant.decode(reader, reader.size(), $undefined, _depth + 1, message.grant);
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

        Pull.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Pull";
        };

        return Pull;
    })();

    meridian.Pulled = (function() {

        const Pulled = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Pulled.prototype.roomKey = "";
        Pulled.prototype.track = null;
        Pulled.prototype.rtpParameters = null;
        Pulled.prototype.paused = false;
        Pulled.prototype.publisherSessionId = "";
        Pulled.prototype.trackEpoch = 0;
        Pulled.prototype.producerId = "";

        Pulled.create = function(properties) {
            return new Pulled(properties);
        };

        Pulled.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.track != null && $Object.hasOwnProperty.call(message, "track"))
                $root.meridian.TrackInfo.encode(message.track, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.rtpParameters != null && $Object.hasOwnProperty.call(message, "rtpParameters"))
                $root.meridian.RtpParameters.encode(message.rtpParameters, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                writer.uint32(32).bool(message.paused);
            if (message.publisherSessionId != null && $Object.hasOwnProperty.call(message, "publisherSessionId") && message.publisherSessionId !== "")
                writer.uint32(42).string(message.publisherSessionId);
            if (message.trackEpoch != null && $Object.hasOwnProperty.call(message, "trackEpoch") && message.trackEpoch !== 0)
                writer.uint32(48).uint32(message.trackEpoch);
            if (message.producerId != null && $Object.hasOwnProperty.call(message, "producerId") && message.producerId !== "")
                writer.uint32(58).string(message.producerId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Pulled.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Pulled();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.track = $root.meridian.TrackInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.track);
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.rtpParameters = $root.meridian.RtpParameters.decode(reader, reader.size(), $undefined, _depth + 1, message.rtpParameters);
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.paused = value;
                        else
                            delete message.paused;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.publisherSessionId = value;
                        else
                            delete message.publisherSessionId;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.trackEpoch = value;
                        else
                            delete message.trackEpoch;
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.producerId = value;
                        else
                            delete message.producerId;
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

        Pulled.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Pulled";
        };

        return Pulled;
    })();

    meridian.Unpull = (function() {

        const Unpull = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Unpull.prototype.roomKey = "";
        Unpull.prototype.trackId = "";

        Unpull.create = function(properties) {
            return new Unpull(properties);
        };

        Unpull.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Unpull.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Unpull();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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

        Unpull.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Unpull";
        };

        return Unpull;
    })();

    meridian.Demand = (function() {

        const Demand = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Demand.prototype.roomKey = "";
        Demand.prototype.trackId = "";
        Demand.prototype.paused = false;
        Demand.prototype.maxSpatialLayer = 0;
        Demand.prototype.keyFrame = false;

        Demand.create = function(properties) {
            return new Demand(properties);
        };

        Demand.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                writer.uint32(24).bool(message.paused);
            if (message.maxSpatialLayer != null && $Object.hasOwnProperty.call(message, "maxSpatialLayer") && message.maxSpatialLayer !== 0)
                writer.uint32(32).sint32(message.maxSpatialLayer);
            if (message.keyFrame != null && $Object.hasOwnProperty.call(message, "keyFrame") && message.keyFrame !== false)
                writer.uint32(40).bool(message.keyFrame);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Demand.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.Demand();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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
                            message.paused = value;
                        else
                            delete message.paused;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.sint32())
                            message.maxSpatialLayer = value;
                        else
                            delete message.maxSpatialLayer;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.keyFrame = value;
                        else
                            delete message.keyFrame;
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

        Demand.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.Demand";
        };

        return Demand;
    })();

    meridian.CarriedState = (function() {

        const CarriedState = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        CarriedState.prototype.roomKey = "";
        CarriedState.prototype.trackId = "";
        CarriedState.prototype.paused = false;
        CarriedState.prototype.closed = false;
        CarriedState.prototype.reason = "";
        CarriedState.prototype.score = 0;
        CarriedState.prototype.doubtful = false;
        CarriedState.prototype.held = "";

        CarriedState.create = function(properties) {
            return new CarriedState(properties);
        };

        CarriedState.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.roomKey != null && $Object.hasOwnProperty.call(message, "roomKey") && message.roomKey !== "")
                writer.uint32(10).string(message.roomKey);
            if (message.trackId != null && $Object.hasOwnProperty.call(message, "trackId") && message.trackId !== "")
                writer.uint32(18).string(message.trackId);
            if (message.paused != null && $Object.hasOwnProperty.call(message, "paused") && message.paused !== false)
                writer.uint32(24).bool(message.paused);
            if (message.closed != null && $Object.hasOwnProperty.call(message, "closed") && message.closed !== false)
                writer.uint32(32).bool(message.closed);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(42).string(message.reason);
            if (message.score != null && $Object.hasOwnProperty.call(message, "score") && message.score !== 0)
                writer.uint32(48).uint32(message.score);
            if (message.doubtful != null && $Object.hasOwnProperty.call(message, "doubtful") && message.doubtful !== false)
                writer.uint32(56).bool(message.doubtful);
            if (message.held != null && $Object.hasOwnProperty.call(message, "held") && message.held !== "")
                writer.uint32(66).string(message.held);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        CarriedState.decode = function (reader, length, _end, _depth, _target) {
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
            message = _target || new $root.meridian.CarriedState();
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
                            message.roomKey = value;
                        else
                            delete message.roomKey;
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
                            message.paused = value;
                        else
                            delete message.paused;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.closed = value;
                        else
                            delete message.closed;
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
                        if (wireType !== 0)
                            break;
                        if (value = reader.uint32())
                            message.score = value;
                        else
                            delete message.score;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.doubtful = value;
                        else
                            delete message.doubtful;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.held = value;
                        else
                            delete message.held;
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

        CarriedState.getTypeUrl = function(prefix) {
            if (prefix === $undefined)
                prefix = "type.googleapis.com";
            return prefix + "/meridian.CarriedState";
        };

        return CarriedState;
    })();

    return meridian;
})();

export {
  $root as default
};
