using System.Globalization;
using System.Text;
using System.Xml;
using Peregrine.Rules;

namespace Peregrine.Sensor.RuleTests;

/// <summary>Results as JUnit's XML, which build servers show: a suite for each file, <c>failure</c> where alerts differ, <c>error</c> where a test could not be run.</summary>
internal static class JUnitReport
{
    public static byte[] Of(IReadOnlyList<(RuleTestFile File, IReadOnlyList<RuleTestResult> Results)> files)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            Counts(xml, "peregrine test", [.. files.SelectMany(static f => f.Results)]);
            foreach (var (file, results) in files)
            {
                xml.WriteStartElement("testsuite");
                Counts(xml, file.Path, results);
                foreach (var result in results) Case(xml, file, result);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
        return stream.ToArray();
    }

    private static void Counts(XmlWriter xml, string name, IReadOnlyList<RuleTestResult> results)
    {
        xml.WriteAttributeString("name", Text(name));
        Number(xml, "tests", results.Count);
        Number(xml, "failures", results.Count(static r => !r.Passed && r.Problem is null));
        Number(xml, "errors", results.Count(static r => r.Problem is not null));
        Time(xml, TimeSpan.FromTicks(results.Sum(static r => r.Took.Ticks)));
    }

    private static void Case(XmlWriter xml, RuleTestFile file, RuleTestResult result)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Text(result.Test.Name));
        xml.WriteAttributeString("classname", Text(file.Path));
        xml.WriteAttributeString("file", Text(file.Path));
        Number(xml, "line", result.Test.Line);
        Time(xml, result.Took);
        if (!result.Passed)
        {
            var lines = RuleTestReport.Failure(file, result).ToArray();
            xml.WriteStartElement(result.Problem is null ? "failure" : "error");
            xml.WriteAttributeString("message", Text(lines[0]));
            xml.WriteString(string.Join('\n', lines.Select(Text)));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void Number(XmlWriter xml, string name, int number) => xml.WriteAttributeString(name, number.ToString(CultureInfo.InvariantCulture));

    private static void Time(XmlWriter xml, TimeSpan time) => xml.WriteAttributeString("time", time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));

    /// <summary>XML has no way to write most control characters, nor halves of surrogate pairs.</summary>
    private static string Text(string text)
    {
        text = ExplanationText.Printable(text);
        return text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.EnumerateRunes().Select(static r => r.ToString())).Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD');
    }
}
